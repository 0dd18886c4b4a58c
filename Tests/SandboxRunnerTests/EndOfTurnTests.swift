import ControlModel
import Glibc
import RunnerProtocol
import SandboxRunner
import Testing

/// A real runner that is told to end in the midst of a turn: with time for it, the turn ends by itself and is answered;
/// without, the next runner goes on with it.
@Suite(.timeLimit(.minutes(3))) struct EndOfTurnTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }

  /// Each message is a turn that lasts until the file `go` is there. One says when its turn is over, the other does not.
  private static let marking = Self.working(#"echo "{\"kind\":\"result\",\"text\":\"did $line\"}""#)
  private static let plain = Self.working(#"echo "did $line""#)

  private static func working(_ end: String) -> String {
    #"echo '{"kind":"output","text":"ready"}'; while read -r line; do echo "begun $line" >> begun; "#
      + "while [ ! -e go ]; do sleep 0.05; done; \(end); done"
  }

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [(marking, true), (plain, false)])
  func aTurnThatHasTimeComesToItsEnd(_ script: String, marks: Bool) async throws {
    let runner = try await start(script)
    if marks { try await mark() }
    try await begin("one")
    #expect(try grace(60) == 200)
    kill(runner.process, SIGTERM)
    try await untilItStops()
    #expect(try message("another") == 503)
    #expect(try status().contains(#""runtime":"working""#))
    try folder.write([], to: "go")
    #expect(runner.wait() == 143)
    #expect(try texts().filter { $0.contains("did one") }.count == 1)
    let exit = try #require(try events().last { $0.content.name == "runtime.exited" })
    #expect(exit.content.detail["exit"] == "exit 0" && exit.content.detail["terminated"] == false)
    #expect(try events().last?.content.name == "runner.stopped")
    try await expectNextRunnerToBe(script, toldFirst: "two")
  }

  @Test(arguments: [marking, plain])
  func aTurnThatHasNoTimeIsCutAndGoneOnWith(_ script: String) async throws {
    let runner = try await start(script)
    try await begin("one")
    #expect(try grace(0.3) == 200)
    #expect(runner.end(SIGTERM) == 143)
    #expect(try !texts().contains { $0.contains("did one") })
    #expect(try events().allSatisfy { $0.kind != .result && $0.content.name != "runtime.interrupt" })
    try folder.write([], to: "go")
    try await expectNextRunnerToBe(script, toldFirst: "one")
  }

  /// As when an operator ends what the cluster has given time.
  @Test func theTimeCanBeTakenBackWhileItRuns() async throws {
    let runner = try await start(Self.marking)
    try await begin("one")
    #expect(try grace(600) == 200)
    kill(runner.process, SIGTERM)
    try await untilItStops()
    #expect(try grace(0) == 200)
    #expect(runner.wait() == 143)
  }

  /// Nobody can answer it here, so it is not waited for.
  @Test func aTurnThatComesToAskIsCut() async throws {
    let script =
      #"while read -r line; do echo "begun $line" >> begun; while [ ! -e go ]; do sleep 0.05; done; "#
      + #"echo '{"kind":"approval.request","callID":"c1","name":"Bash","text":"touch x"}'; sleep 600; done"#
    let runner = try await start(script)
    try await begin("one")
    #expect(try grace(600) == 200)
    kill(runner.process, SIGTERM)
    try await untilItStops()
    try folder.write([], to: "go")
    #expect(runner.wait() == 143)
    #expect(try events().contains { $0.kind == .approvalRequest })
  }

  @Test func oneWithoutATurnIsGivenNoTime() async throws {
    let runner = try await start("read -r line; sleep 600")
    #expect(try grace(600) == 200)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test(arguments: ["{}", #"{"turnSeconds":-1}"#, #"{"turnSeconds":1e99}"#, #"{"turnSeconds":"5"}"#, "["])
  func timeThatIsNoneIsRefused(_ body: String) async throws {
    let runner = try await start("read -r line")
    #expect(try SocketClient.ask(socket, "PUT", RunnerPath.grace, body: body).status == 400)
    #expect(runner.end(SIGTERM) == 143)
  }

  private func start(_ script: String) async throws -> RunnerProcess {
    let runner = try RunnerProcess(makeConfiguration(folder, ["sh", "-c", script]), in: folder)
    _ = try await eventually("the runner answers") { try? status() }
    return runner
  }

  /// With a whole turn, so that the command is known to say when a turn is over.
  private func mark() async throws {
    try folder.write([], to: "go")
    #expect(try message("first") == 200)
    _ = try await eventually("the first turn is over") { try events().contains { $0.kind == .result } ? true : nil }
    unlink(folder.path + "/go")
  }

  private func begin(_ text: String) async throws {
    #expect(try message(text) == 200)
    _ = try await eventually("the turn has begun") { begun().contains("begun \(text)") ? true : nil }
  }

  /// A runner that stops takes no message; one that is gone answers nothing.
  private func untilItStops() async throws {
    let probe = ApprovalDecision(id: .make(at: .now()), callID: "none", verdict: .deny, reason: nil, actor: "test")
    _ = try await eventually("the runner stops") {
      let body = JSONValue.object(DecisionRequest.json(probe)).text
      return try SocketClient.ask(socket, "POST", RunnerPath.approval("none"), body: body).status == 503 ? true : nil
    }
  }

  /// It is told all that is not answered, and then what comes.
  private func expectNextRunnerToBe(_ script: String, toldFirst text: String) async throws {
    unlink(folder.path + "/begun")
    try folder.write([], to: "go")
    let runner = try await start(script)
    if text != "one" { #expect(try message(text) == 200) }
    _ = try await eventually("a turn begins") { begun().first }
    #expect(begun().first == "begun \(text)")
    #expect(runner.end(SIGTERM) == 143)
  }

  private func begun() -> [String] {
    let text = (try? folder.read("begun")).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private func message(_ text: String) throws -> Int {
    let message = RunnerMessage(id: .make(at: .now()), text: text)
    let body = JSONValue.object(MessageRequest.json(message)).text
    return try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status
  }

  private func grace(_ seconds: Double) throws -> Int {
    let body = JSONValue.object(GraceRequest.json(turnSeconds: seconds)).text
    return try SocketClient.ask(socket, "PUT", RunnerPath.grace, body: body).status
  }

  private func status() throws -> String {
    let answer = try SocketClient.ask(socket, "GET", RunnerPath.status)
    guard answer.status == 200 else { throw ControlFailure(.unavailable, "It answers \(answer.status).") }
    return answer.text
  }

  private func texts() throws -> [String] { try events().filter { $0.kind != .user }.map(\.text) }

  private func events() throws -> [Event] {
    let lines = try folder.read("journal").split(separator: 0x0A, omittingEmptySubsequences: true)
    return try lines.map { try EventLine.decode(Array($0)) }
  }
}

/// The time that a pod has is divided so that the last word is written before its end.
@Suite struct EndScheduleTests {
  @Test func everythingTogetherFitsIntoTheGrace() {
    var former = 0.0
    for tenths in 0...1200 {
      let grace = Double(tenths) / 10
      let end = EndSchedule(grace: grace)
      let parts = [end.turn, end.leave, end.terminate, end.delivery]
      #expect(parts.allSatisfy { $0 >= 0 } && end.leave <= end.turn, "\(grace)")
      #expect(end.turn + end.terminate + end.delivery <= grace, "\(grace)")
      #expect(
        grace == 0 || end.turn + end.terminate + end.delivery < grace, "nothing is left for the process's own end")
      #expect(end.turn >= former, "\(grace)")
      former = end.turn
    }
    #expect(EndSchedule(grace: 30).turn == 21.5)
    #expect(abs(EndSchedule(grace: 2).turn - 0.5) < 1e-9)
    #expect(EndSchedule(grace: .infinity).turn < EndSchedule.longestGrace)
    #expect(EndSchedule(grace: -5).turn == 0)
  }
}
