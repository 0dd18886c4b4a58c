import ControlModel
import Testing

@testable import AgentRuntimes

/// An agent that asks, calls and talks without end: what the runner keeps of it has its bounds, and what is beyond them is
/// said.
@Suite struct FloodTests {
  private static let time = Timestamp.now()

  private func driver(_ runtime: RuntimeName) throws -> any RuntimeDriver {
    var driver = try RuntimeDrivers.make(.sample(runtime: runtime, command: ["agent"]))
    _ = driver.launch(at: Self.time)
    let greetings: [RuntimeName: String] = [
      .codex: #"{"id":"start","result":{"thread":{"id":"T"}}}"#,
      .claudeCode: #"{"type":"control_response","response":{"subtype":"success","request_id":"hello"}}"#,
    ]
    if let line = greetings[runtime] {
      _ = driver.receive(Array(line.utf8), from: .standardOutput, at: Self.time)
    }
    return driver
  }

  private static func request(_ runtime: RuntimeName, _ number: Int, id: String? = nil) -> String {
    let id = id ?? "call-\(number)"
    return switch runtime {
    case .exec: #"{"kind":"approval.request","text":"rm","callID":"\#(id)"}"#
    case .claudeCode:
      #"{"type":"control_request","request_id":"r\#(number)","request":{"subtype":"can_use_tool","tool_name":"Bash","#
        + #""tool_use_id":"\#(id)","input":{"command":"rm"}}}"#
    default:
      #"{"id":\#(number),"method":"item/commandExecution/requestApproval","params":{"threadId":"T","itemId":"\#(id)","#
        + #""command":"rm"}}"#
    }
  }

  /// Each request has an event, and each that nobody can answer has a decision and an answer at once.
  @Test(arguments: [RuntimeName.exec, .claudeCode, .codex])
  func approvalsBeyondTheBoundAreDeniedAtOnce(_ runtime: RuntimeName) throws {
    var driver = try driver(runtime)
    var projection = SessionProjection()
    var (requests, denials, answers) = (0, 0, 0)
    for number in 1...30_000 {
      let actions = driver.receive(Array(Self.request(runtime, number).utf8), from: .standardOutput, at: Self.time)
      for action in actions {
        if case .write = action { answers += 1 }
        guard case .emit(let draft) = action else { continue }
        projection.apply(Event(seq: projection.lastSeq + 1, time: Self.time, content: draft))
        requests += draft.kind == .approvalRequest ? 1 : 0
        guard draft.kind == .approvalDecision else { continue }
        denials += 1
        #expect(
          draft.text
            == "Denied by the runner: 256 requests wait for an answer already; ask again when some are answered.")
        #expect(draft.messageID == nil && draft.detail["verdict"] == "deny")
      }
    }
    #expect(requests == 30_000 && denials == 30_000 - 256 && answers == denials)
    #expect(projection.openApprovals.count == 256 && projection.unlistedApprovals == 0)
    #expect(projection.activity == .approval && driver.state == .approval)
    #expect(JSONValue.object(projection.json).text.utf8.count < 16 << 10)
    // Answered ones make room.
    let decision = ApprovalDecision(
      id: .make(at: Self.time), callID: "call-200", verdict: .allow, reason: nil, actor: "ann")
    #expect(try driver.decide(decision, at: Self.time).emitted.count == 1)
    let again = driver.receive(Array(Self.request(runtime, 40_000).utf8), from: .standardOutput, at: Self.time)
    #expect(again.emitted.map(\.kind) == [.approvalRequest])
    let last = ApprovalDecision(
      id: .make(at: Self.time), callID: "call-40000", verdict: .deny, reason: nil, actor: "ann")
    #expect(try driver.decide(last, at: Self.time).emitted.count == 1)
  }

  @Test(arguments: [RuntimeName.exec, .claudeCode, .codex])
  func anIdThatIsNoneIsDenied(_ runtime: RuntimeName) throws {
    var driver = try driver(runtime)
    let line = Self.request(runtime, 1, id: String(repeating: "x", count: 1 << 20))
    let actions = driver.receive(Array(line.utf8), from: .standardOutput, at: Self.time)
    #expect(actions.emitted.map(\.kind) == [.approvalRequest, .approvalDecision])
    #expect(actions.emitted.last?.text.contains("Its id has 1048576 bytes") == true)
    #expect(driver.state != .approval)
  }

  @Test(arguments: [RuntimeName.claudeCode, .codex])
  func largeRequestsHaveABoundTogether(_ runtime: RuntimeName) throws {
    var driver = try driver(runtime)
    var kinds: [EventKind] = []
    for number in 1...5 {
      var line = Self.request(runtime, number)
      line.replace(#""rm""#, with: "\"\(String(repeating: "r", count: 10 << 20))\"")
      kinds += driver.receive(Array(line.utf8), from: .standardOutput, at: Self.time).emitted.map(\.kind)
    }
    #expect(kinds.count { $0 == .approvalRequest } == 5 && kinds.count { $0 == .approvalDecision } == 2)
  }

  /// A denial is no request of an operator: it must not push those out of what is known to be carried out.
  @Test func whatAnAgentAsksForgetsNoDecisionOfAnOperator() throws {
    var driver = try driver(.exec)
    _ = driver.receive(Array(Self.request(.exec, 0).utf8), from: .standardOutput, at: Self.time)
    let decision = ApprovalDecision(
      id: .make(at: Self.time), callID: "call-0", verdict: .allow, reason: nil, actor: "ann")
    #expect(try driver.decide(decision, at: Self.time).count == 2)
    for number in 1...6_000 {
      _ = driver.receive(Array(Self.request(.exec, number).utf8), from: .standardOutput, at: Self.time)
    }
    #expect(try driver.decide(decision, at: Self.time).isEmpty)
  }

  @Test func messagesWithoutAnAnswerHaveABound() throws {
    for runtime in [RuntimeName.exec, .claudeCode, .codex] {
      var driver = try driver(runtime)
      for _ in 0..<ClaimLimit.unansweredMessages {
        let message = RunnerMessage.sample("go")
        try driver.checkRoom(for: message)
        _ = driver.send(message, at: Self.time)
        try driver.checkRoom(for: message)
      }
      #expect { try driver.checkRoom(for: .sample("one more")) } throws: {
        ($0 as? ControlFailure)?.summary.contains("has not answered 1000 messages of 2000 bytes") == true
      }
    }
    var driver = try driver(.exec)
    for _ in 0..<2 { _ = driver.send(.sample(String(repeating: "x", count: 3 << 20)), at: Self.time) }
    #expect(throws: ControlFailure.self) { try driver.checkRoom(for: .sample(String(repeating: "x", count: 3 << 20))) }
    _ = driver.receive(Array(#"{"kind":"result"}"#.utf8), from: .standardOutput, at: Self.time)
    try driver.checkRoom(for: .sample(String(repeating: "x", count: 3 << 20)))
  }

  @Test func openCallsHaveABound() {
    var calls = OpenCalls()
    let long = String(repeating: "n", count: 1 << 20)
    for number in 0..<100_000 { calls.begin("c\(number)", name: long, at: Self.time) }
    calls.begin(long, name: "x", at: Self.time)
    #expect(calls.end("c0", at: Self.time) == nil && calls.end(long, at: Self.time) == nil)
    #expect(calls.end("c99999", at: Self.time)?.name?.utf8.count == ClaimLimit.id)
    #expect((0..<100_000).count { calls["c\($0)"] != nil } == ClaimLimit.openCalls - 1)
  }

  @Test func callsOfCodexThatAreNotFollowedAreSaid() {
    var calls = CodexOpenCalls()
    let long = String(repeating: "n", count: 1 << 20)
    for number in 0..<3_000 {
      calls.begin(EventDraft(.toolCall, long, callID: "c\(number)", name: "shell", raw: [1, 2]), at: Self.time)
    }
    calls.begin(EventDraft(.toolCall, "x", callID: long), at: Self.time)
    #expect(calls["c2999"]?.text.utf8.count == 16 << 10 && calls["c2999"]?.raw.isEmpty == true && calls["c0"] == nil)
    let stopped = calls.stop(at: Self.time)
    #expect(stopped.count == ClaimLimit.openCalls + 1 && stopped.first?.callID == "c1976")
    #expect(
      stopped.last?.text == "Up to 1977 further calls may have been stopped with the turn: 1024 are followed")
    #expect(calls.stop(at: Self.time).isEmpty)
  }

  @Test func itemsOfCodexThatBegunHaveABound() throws {
    var items = CodexItems()
    func item(_ id: String) throws -> JSONObject {
      try #require(
        try JSONValue(parsing: #"{"id":"\#(id)","type":"commandExecution","command":"ls"}"#).objectValue)
    }
    for number in 0..<5_000 { #expect(try items.started(item("i\(number)")).map(\.kind) == [.toolCall]) }
    #expect(try items.completed(item("i4999")).map(\.kind) == [.toolResult])
    #expect(try items.completed(item("i0")).map(\.kind) == [.toolCall, .toolResult])
    let long = String(repeating: "i", count: 1 << 20)
    #expect(try items.started(item(long)).count == 1 && items.completed(item(long)).map(\.kind) == [.toolResult])
  }

  /// Killed in the middle of a turn without end: the tokens of all its messages are told all the same.
  @Test func tokensOfATurnWithoutEndAreCounted() {
    var usage = ClaudeOpenUsage()
    let text = String(repeating: "t", count: 1_000)
    for number in 0..<20_000 {
      for output in [1, 3] {
        usage.note(
          Array(
            #"{"message":{"id":"m\#(number)","usage":{"input_tokens":2,"output_tokens":\#(output)},"content":"\#(text)"}}"#
              .utf8))
      }
    }
    #expect(MemoryLayout.size(ofValue: usage) > 0)
    #expect(usage.take() == TokenUsage(input: 40_000, output: 60_000, cacheRead: 0, cacheWrite: 0))
    #expect(usage.take() == nil)
  }

  @Test func threadsOfCodexHaveABound() throws {
    var driver = CodexDriver(try .sample(runtime: .codex))
    for number in 0..<5_000 {
      let total = #"{"inputTokens":10,"outputTokens":1}"#
      let line =
        #"{"method":"thread/tokenUsage/updated","params":{"threadId":"t\#(number)","turnId":"u","tokenUsage":{"total":\#(total),"last":\#(total)}}}"#
      _ = driver.receive(Array(line.utf8), from: .standardOutput, at: Self.time)
      let item =
        #"{"method":"item/completed","params":{"threadId":"t","item":{"id":"c","type":"collabToolCall","receiverThreadIds":["x\#(number)"]}}}"#
      _ = driver.receive(Array(item.utf8), from: .standardOutput, at: Self.time)
    }
    #expect(driver.totals.count == ClaimLimit.threads && driver.subThreads.count == ClaimLimit.openCalls)
  }

  /// 1 MB of blocks with the whole line beside each would be half a terabyte of journal.
  @Test func aLineOfManyBlocksIsKeptOnce() throws {
    var driver = try driver(.claudeCode)
    let block = #"{"type":"text","text":"x"}"#
    let blocks = Array(repeating: block, count: 100_000).joined(separator: ",")
    for (type, most) in [("assistant", 1_001), ("user", 1_001)] {
      let line = Array(#"{"type":"\#(type)","message":{"id":"m","content":[\#(blocks)]}}"#.utf8)
      let events = driver.receive(line, from: .standardOutput, at: Self.time).emitted.filter {
        !$0.raw.isEmpty || $0.name != "runtime.started" && $0.name != "runtime.resumed"
      }
      #expect(events.count == most && events.first?.raw == line)
      #expect(events.reduce(0) { $0 + $1.raw.count } == line.count)
      #expect(events.last?.text == "99000 further blocks of the message stand in its record alone")
    }
  }

  @Test func whatIsReplayedHasABound() throws {
    var resumption = ClaudeResumption()
    for number in 0..<10_000 { resumption.replayCutOff("m\(number)") }
    #expect(resumption.cutOff.count == ClaimLimit.unansweredMessages)
    var conversation = ClaudeConversation(id: "a", isStored: false)
    conversation.take(String(repeating: "x", count: 513))
    #expect(conversation.id == "a")
  }
}
