import ControlModel
import RunnerProtocol
import Testing

@Suite struct FrameTests {
  private let id = OperationID.make(at: Timestamp(microseconds: 1_700_000_000_000_000))

  private func configuration(_ listener: RunnerConfiguration.Listener) throws -> RunnerConfiguration {
    let time = Timestamp(microseconds: 1_700_000_000_000_000)
    let spec = AgentSpec(
      runtime: .exec, command: ["sh", "-c", "cat"], env: ["A": "b\n"], limits: .init(cpu: 0.5, memory: 1_073_741_824))
    let agent = Agent(
      team: try ResourceName("blue"), name: try ResourceName("fixer"), spec: spec, revision: 3, createdAt: time,
      updatedAt: time)
    return RunnerConfiguration(
      session: .make(at: time), generation: 2, agent: agent, listener: listener, token: "s3cret", journal: "/j/journal",
      launcher: ["bwrap", "--"], workingDirectory: "/w", stateDirectory: "/s", environment: ["PATH": "/bin", "É": ""],
      firstSeq: 17, runtimeSessionID: "abc", spent: USD(micros: 39_900), reason: "restarted by ann: it hangs")
  }

  @Test(arguments: [
    RunnerConfiguration.Listener.unixSocket(path: "/run/x.sock"), .tcp(host: "0.0.0.0", port: 7070),
  ])
  func configurationSurvivesJSON(listener: RunnerConfiguration.Listener) throws {
    let configuration = try configuration(listener)
    #expect(try RunnerConfiguration.parse(bytes(configuration.json)) == configuration)
  }

  /// A runner of the last release refuses what it does not know.
  @Test func aRunnerIsNotToldOfALimitThatIsNotItsOwn() throws {
    var configuration = try configuration(.unixSocket(path: "/run/x.sock"))
    configuration.agent.spec.limits.disk = 1_073_741_824
    let limits = configuration.json["agent"]?["spec"]?["limits"]?.objectValue
    #expect(limits?.members.map(\.name) == ["cpu", "memory"])
  }

  @Test func aBrokenConfigurationIsNamedByItsPathAndNeverQuoted() throws {
    var json = try configuration(.tcp(host: "::", port: 1)).json
    json["listener"] = ["host": "::", "port": 70_000]
    let failure = #expect(throws: ControlFailure.self) { try RunnerConfiguration.parse(bytes(json)) }
    #expect(failure?.summary == "'configuration.listener.port' must be from 0 to 65535.")
    json["token"] = ["s3cret"]
    let second = #expect(throws: ControlFailure.self) { try RunnerConfiguration.parse(bytes(json)) }
    #expect(second?.summary == "'configuration.token' must be a text.")
  }

  @Test func requestsSurviveJSON() throws {
    let message = RunnerMessage(id: id, text: "line\nline \u{7F}")
    #expect(try MessageRequest.parse(bytes(MessageRequest.json(message))) == message)
    #expect(try InterruptRequest.parse(bytes(InterruptRequest.json(id: id))) == id)
    for reason in [nil, "no"] {
      let decision = ApprovalDecision(id: id, callID: "a/b c", verdict: .deny, reason: reason, actor: "ann")
      let path = RunnerPath.approval(decision.callID)
      let callID = try #require(RunnerPath.callID(of: path))
      #expect(try DecisionRequest.parse(bytes(DecisionRequest.json(decision)), callID: callID) == decision)
    }
  }

  @Test(arguments: ["", "{", "[]", #"{"id":"x","text":"a"}"#, #"{"text":"a"}"#])
  func aBrokenMessageIsRefused(body: String) {
    #expect(throws: ControlFailure.self) { try MessageRequest.parse(Array(body.utf8)) }
  }

  /// A runner of the first release refuses a declaration with limits that it does not know.
  @Test func laterLimitsStandApartFromTheDeclaration() throws {
    var configuration = try configuration(.unixSocket(path: "/run/x.sock"))
    configuration.agent.spec.limits.journal = JournalBounds(events: 7, bytesPerMinute: 1024)
    var json = configuration.json
    let limits = json["agent"]?["spec"]?["limits"]?.objectValue
    #expect(limits?.members.map(\.name) == ["cpu", "memory"])
    #expect(try RunnerConfiguration.parse(bytes(json)) == configuration)
    json["limits"] = ["moon": 3, "journal": ["events": 7, "bytesPerMinute": 1024]]
    #expect(try RunnerConfiguration.parse(bytes(json)) == configuration, "a limit of a later release is passed over")
    json["limits"] = nil
    #expect(try RunnerConfiguration.parse(bytes(json)).agent.spec.limits.journal == nil)
    let body = SessionRequest.json(configuration)
    #expect(JSONValue.object(body)["agent"]?["spec"]?["limits"]?["journal"] == nil)
  }

  @Test func journalBoundsSurviveJSON() throws {
    for bounds in [JournalBounds(), .standard, JournalBounds(events: 1, bytesPerMinute: 2)] {
      for reason in ["its share", nil] {
        #expect(try LimitsRequest.parse(bytes(LimitsRequest.json(bounds, reason))) == (bounds, reason))
      }
    }
    #expect(throws: ControlFailure.self) { try LimitsRequest.parse(Array("{}".utf8)) }
    let absurd = #"{"journal":{"events":-5,"bytes":1e300,"eventsPerMinute":"many","bytesPerMinute":0}}"#
    let bounds = try LimitsRequest.parse(Array(absurd.utf8)).bounds
    #expect(bounds == JournalBounds(events: 1, bytes: ByteSize(steps: Int64.max), bytesPerMinute: 1))
  }

  @Test func pausesSurviveJSONAndAreAbsentFromEarlierReleases() throws {
    for reason in ["full", nil] {
      #expect(try PauseRequest.parse(bytes(PauseRequest.json(.disk, reason))) == (.disk, reason))
    }
    #expect(throws: ControlFailure.self) { try PauseRequest.parse(Array(#"{"cause":"moon"}"#.utf8)) }
    var status = RunnerStatus(
      session: .make(at: .now()), generation: 4, seq: 99, runtime: .working, runtimeSessionID: nil,
      startedAt: Timestamp(microseconds: 5))
    #expect(try RunnerStatus.parse(bytes(status.json)).pauses == nil)
    status.journal = JournalAccount(bytes: 7, bounds: .standard)
    for pauses in [[:], [PauseCause.disk: "full"]] {
      status.pauses = pauses
      #expect(try RunnerStatus.parse(bytes(status.json)) == status)
    }
  }

  @Test func statusSurvivesJSON() throws {
    let status = RunnerStatus(
      session: .make(at: .now()), generation: 4, seq: 99, runtime: .approval, runtimeSessionID: nil,
      startedAt: Timestamp(microseconds: 5), problem: "The disk is full.")
    #expect(try RunnerStatus.parse(bytes(status.json)) == status)
  }

  @Test func pathsKeepAnyCallIDInOneSegment() {
    for callID in ["toolu_1", "a/b?c#d%", "é", "..", " "] {
      let path = RunnerPath.approval(callID)
      #expect(RunnerPath.callID(of: path) == callID)
      #expect(!path.dropFirst(RunnerPath.approvals.count).contains("/"))
    }
    for path in ["/v1/approvals/", "/v1/approvals/%4", "/v1/approvals/%zz", "/v1/approvals/%ff", "/v1/messages"] {
      #expect(RunnerPath.callID(of: path) == nil)
    }
  }

  @Test func failuresSurviveTheWire() {
    let failure = ControlFailure(.refused, "No call 'x' waits for an answer.", hint: "Look again.")
    #expect(ErrorBody.failure(status: 409, body: bytes(ErrorBody(failure).json)) == failure)
    #expect(ErrorBody.failure(status: 502, body: Array("<html>".utf8)).code == .unavailable)
  }

  private func bytes(_ json: JSONObject) -> [UInt8] { Array(JSONValue.object(json).text.utf8) }
}
