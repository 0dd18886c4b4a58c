import ControlModel
import Glibc
import RunnerProtocol
import Testing

/// What an agent asked for and began when its runner or its process is killed, in the real journal.
@Suite struct OpenEndTests {
  private let folder: TemporaryFolder
  private static let asking = """
    echo '{"kind":"tool.call","callID":"c1","name":"Bash","text":"rm -rf build"}'
    echo '{"kind":"approval.request","callID":"c1","name":"Bash","text":"rm -rf build"}'
    """

  init() throws { folder = try TemporaryFolder() }

  private func events() throws -> [Event] {
    try folder.read("journal").split(separator: 0x0A).map { try EventLine.decode(Array($0)) }
  }

  private func start(_ script: String, reason: String? = nil) async throws -> RunnerProcess {
    var configuration = try makeConfiguration(folder, ["sh", "-c", script])
    configuration.reason = reason
    let runner = try RunnerProcess(configuration, in: folder)
    _ = try await eventually("the runner answers") {
      (try? SocketClient.ask(folder.path + "/socket", "GET", RunnerPath.status))?.status == 200 ? true : nil
    }
    return runner
  }

  private func expectClosed(before name: String) throws {
    let events = try events()
    let decisions = events.filter { $0.kind == .approvalDecision }
    let results = events.filter { $0.kind == .toolResult }
    #expect(decisions.map(\.text) == ["Lost with the runtime"])
    #expect(results.map(\.text) == ["Lost with the runtime"] && results.first?.content.isError == true)
    let end = try #require(events.lastIndex { $0.content.name == name })
    #expect(events[..<end].suffix(2).map(\.kind) == [.toolResult, .approvalDecision])
    var projection = SessionProjection()
    for event in events { projection.apply(event) }
    #expect(projection.openApprovals.isEmpty && projection.activity != .approval)
  }

  @Test(.timeLimit(.minutes(1)))
  func theNextRunnerClosesWhatAKilledOneLeftOpenAndItIsAskedAnew() async throws {
    var runner = try await start(Self.asking + "\nread x")
    _ = try await eventually("it asks") { try events().first { $0.kind == .approvalRequest } }
    #expect(runner.end(SIGKILL) == -SIGKILL)
    runner = try await start("read x", reason: "restarted by ann: it hangs")
    _ = try await eventually("it starts") { try events().filter { $0.content.name == "runtime.resumed" }.first }
    try expectClosed(before: "runner.started")
    let begun = try #require(try events().last { $0.content.name == "runner.started" })
    #expect(begun.text == "Runner started; restarted by ann: it hangs")
    #expect(runner.end(SIGKILL) == -SIGKILL)
    // The next closes nothing twice, and what asks anew waits.
    runner = try await start(Self.asking + "\nread x")
    _ = try await eventually("it asks anew") {
      try events().filter { $0.kind == .approvalRequest }.last { $0.seq > begun.seq }
    }
    #expect(try events().filter { $0.kind == .approvalDecision }.count == 1)
    var projection = SessionProjection()
    for event in try events() { projection.apply(event) }
    #expect(projection.openApprovals == ["c1"] && projection.activity == .approval)
    _ = runner.end(SIGKILL)
  }

  @Test(.timeLimit(.minutes(1)), arguments: ["kill -9 $$", "exit 0", "exit 3"])
  func theEndOfTheRuntimeClosesThem(end: String) async throws {
    let runner = try await start(Self.asking + "\nsleep 0.2\n" + end)
    _ = try await eventually("it ends") { try events().first { $0.content.name == "runtime.exited" } }
    try expectClosed(before: "runtime.exited")
    _ = runner.end(SIGTERM)
  }

  @Test(.timeLimit(.minutes(1)))
  func soDoesBeingStopped() async throws {
    let runner = try await start(Self.asking + "\nread x")
    _ = try await eventually("it asks") { try events().first { $0.kind == .approvalRequest } }
    #expect(runner.end(SIGTERM) == 143)
    try expectClosed(before: "runtime.exited")
  }

  @Test(.timeLimit(.minutes(1)))
  func theEndOfATurnClosesWhatItLeavesOpen() async throws {
    let runner = try await start(Self.asking + "\necho '{\"kind\":\"result\",\"text\":\"done\"}'\nread x")
    _ = try await eventually("the turn ends") { try events().first { $0.kind == .result } }
    let closed = try events().filter { [.toolResult, .approvalDecision].contains($0.kind) }.map(\.text)
    #expect(closed == ["The turn ended without its result", "The turn ended without an answer"])
    _ = runner.end(SIGKILL)
  }
}
