import ControlModel
import Glibc
import RunnerProtocol
import Testing

@testable import SandboxRunner

/// Commands that say nothing of turns: whether they wait for their user is seen in their processes.
@Suite struct InputWaitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var events: [Event] {
    let lines = (try? folder.read("journal").split(separator: 0x0A)) ?? []
    return lines.compactMap { try? EventLine.decode(Array($0)) }
  }

  private func start(_ command: [String], launcher: [String] = []) async throws -> RunnerProcess {
    var configuration = try makeConfiguration(folder, command)
    configuration.launcher = launcher
    let runner = try RunnerProcess(configuration, in: folder)
    _ = try await eventually("the runner answers") { try? state() }
    return runner
  }

  private func state() throws -> RunnerStatus.RuntimeState {
    let answer = try SocketClient.ask(folder.path + "/socket", "GET", RunnerPath.status).text
    let body = answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? ""
    return try RunnerStatus.parse(Array(body.utf8)).runtime
  }

  private func send(_ text: String) throws {
    let message = RunnerMessage(id: .make(at: .now()), text: text)
    let body = JSONValue.object(MessageRequest.json(message)).text
    #expect(try SocketClient.ask(folder.path + "/socket", "POST", RunnerPath.messages, body: body).status == 200)
  }

  @Test(arguments: [
    ["bash", "-c", "while read -r line; do sleep 0.1; echo got $line; done"], ["cat"],
    ["python3", "-uc", "while True: print('got', input())"], ["sh", "-c", "cat | cat"],
    ["sh", "-c", "sh -c 'while read -r line; do echo got $line; done'; true"],
  ])
  func aCommandThatReadsItsInputAgainWaits(command: [String]) async throws {
    let runner = try await start(command)
    for number in 1...2 {
      try send("m\(number)")
      _ = try await eventually("the end of turn \(number)") {
        events.count { $0.kind == .result } == number ? true : nil
      }
      #expect(try state() == .waiting)
      let last = try #require(events.last { $0.kind == .output || $0.kind == .result })
      #expect(last.kind == .result && last.content.detail["stopReason"]?.stringValue == "waiting for input")
    }
    #expect(events.count { $0.kind == .output } == 2)
    #expect(runner.end(SIGTERM) == 143)
  }

  /// Each works on for longer than two looks take, and shows that it has begun.
  @Test(arguments: [
    "read -r line; echo begun; sleep 1000", "read -r line; echo begun; while :; do :; done",
    "echo begun; exec sleep 1000", "read -r line; sleep 1000 & echo begun; read -r line",
    "read -r line; echo begun; sleep 1000 | cat",
  ])
  func aCommandThatIsBusyKeepsWorking(script: String) async throws {
    let runner = try await start(["bash", "-c", script])
    try send("go")
    _ = try await eventually("it has begun") { events.contains { $0.text == "begun" } ? true : nil }
    try await Task.sleep(for: .seconds(2))
    #expect(try state() == .working)
    #expect(!events.contains { $0.kind == .result })
    #expect(runner.end(SIGTERM) == 143)
  }

  /// Nobody told it anything.
  @Test(arguments: ["while :; do echo tick; sleep 0.3; done", "sleep 1000", "sleep 1000 & read -r line; wait"])
  func aCommandThatWorksUnaskedIsSeenAtWork(script: String) async throws {
    let runner = try await start(["bash", "-c", script])
    _ = try await eventually("it is seen at work") { try state() == .working ? true : nil }
    #expect(events.count { $0.content.name == "runtime.turn" } == 1)
    #expect(runner.end(SIGTERM) == 143)
    #expect(!events.contains { $0.kind == .result })
    #expect(events.count { $0.content.name == "runtime.turn" } == 1)
  }

  @Test func aCommandThatWorksAndThenReadsHasEndedItsTurn() async throws {
    let runner = try await start(["bash", "-c", "sleep 3; echo ready; while read -r line; do echo got $line; done"])
    _ = try await eventually("it is seen at work") { events.first { $0.content.name == "runtime.turn" } }
    _ = try await eventually("it waits") { events.first { $0.kind == .result } }
    #expect(try state() == .waiting)
    try send("m")
    _ = try await eventually("the end of its turn") { events.count { $0.kind == .result } == 2 ? true : nil }
    #expect(events.count { $0.content.name == "runtime.turn" } == 1)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aCommandInAJailIsSeenThroughIt() async throws {
    let jail = ["bwrap", "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--"]
    let runner = try await start(["bash", "-c", "while read -r line; do echo got $line; done"], launcher: jail)
    try send("m")
    _ = try await eventually("the end of the turn") { events.first { $0.kind == .result } }
    #expect(try state() == .waiting)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aCommandThatSaysWhenItsTurnIsOverIsBelieved() async throws {
    let script = #"read -r line; echo '{"kind":"result"}'; read -r line; echo begun; read -r line"#
    let runner = try await start(["bash", "-c", script])
    try send("one")
    _ = try await eventually("its own result") { events.first { $0.kind == .result } }
    try send("two")
    _ = try await eventually("it has begun") { events.contains { $0.text == "begun" } ? true : nil }
    try await Task.sleep(for: .seconds(2))
    #expect(try state() == .working)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func whatTheKernelSaysOfAThreadIsRead() {
    #expect(ThreadWait(parsing: "running\n") == .other)
    #expect(ThreadWait(parsing: "-1 0x7ffd 0x7f00\n") == .other)
    #expect(ThreadWait(parsing: "") == .other)
    #if arch(x86_64)
      #expect(ThreadWait(parsing: "0 0x3 0x7f 0x2 0x7f 0xff 0x0 0x7f 0x7f\n") == .reading(descriptor: 3))
      #expect(ThreadWait(parsing: "61 0xff 0x7f 0x0 0x0 0x0 0x0 0x7f 0x7f\n") == .relative)
      #expect(ThreadWait(parsing: "202 0x7f 0x189 0x0 0x0 0x0 0xff 0x7f 0x7f\n") == .relative)
      #expect(ThreadWait(parsing: "202 0x7f 0x189 0x0 0x7e 0x0 0xff 0x7f 0x7f\n") == .other)
      #expect(ThreadWait(parsing: "230 0x0 0x0 0x7f 0x7f 0x0 0x0 0x7f 0x7f\n") == .other)
    #endif
  }
}
