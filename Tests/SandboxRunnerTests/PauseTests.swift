import ControlModel
import Glibc
import ProcessIdentity
import RunnerProtocol
import Testing

/// The real program pauses real processes.
@Suite(.serialized) struct PauseTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }

  /// One process counts in the command's group, another one in a session of its own.
  private static let counting = """
    count='i=0; while :; do i=$((i+1)); echo $i > "$0"; echo $0 $i; sleep 0.2; done'
    setsid sh -c "$count" far & exec sh -c "$count" near
    """

  init() throws { folder = try TemporaryFolder() }

  private func start(_ script: String = PauseTests.counting) async throws -> RunnerProcess {
    let runner = try RunnerProcess(makeConfiguration(folder, ["sh", "-c", script]), in: folder)
    _ = try await eventually("the runner answers") { try? status() }
    return runner
  }

  private func status() throws -> RunnerStatus {
    let answer = try SocketClient.ask(socket, "GET", RunnerPath.status).text
    return try RunnerStatus.parse(Array((answer.split(separator: "\r\n\r\n", maxSplits: 1).last ?? "").utf8))
  }

  private func pause(_ cause: PauseCause, _ reason: String?) throws {
    let body = JSONValue.object(PauseRequest.json(cause, reason)).text
    #expect(try SocketClient.ask(socket, "PUT", RunnerPath.pause, body: body).status == 200)
  }

  private func count(_ name: String) -> Int { (try? folder.text(name)).flatMap { Int($0.filter(\.isNumber)) } ?? 0 }

  private func events(named names: Set<String>) throws -> [Event] {
    try folder.lines("journal").map { try EventLine.decode($0) }.filter { names.contains($0.content.name ?? "") }
  }

  private func grows() async throws {
    let (near, far) = (count("near"), count("far"))
    _ = try await eventually("both count on") { count("near") > near && count("far") > far ? true : nil }
  }

  /// One that ended before its parent was stopped stays a zombie until that goes on.
  private func isStill(_ pid: Int32) -> Bool {
    ProcessStatus(of: pid).map { $0.isStopped || $0.isDead } ?? true
  }

  @Test func everyProcessStopsAndGoesOnWhenTheLastCauseIsLifted() async throws {
    let runner = try await start()
    try await grows()
    try pause(.disk, "the disk is nearly full")
    let (near, far) = (count("near"), count("far"))
    #expect(ProcessTree.descendants(of: runner.process).allSatisfy { isStill($0.pid) })
    try pause(.team, "the team has its fill")
    try pause(.disk, nil)
    #expect(try status().pauses == [.team: "the team has its fill"])
    #expect(count("near") == near && count("far") == far)
    try pause(.team, nil)
    #expect(try status().pauses == [:])
    try await grows()
    #expect(runner.end(SIGTERM) == 143)
    let told = try events(named: ["runner.paused", "runner.unpaused"]).map { $0.content.detail["cause"]?.stringValue }
    #expect(told == ["disk", "team", "disk", "team"])
  }

  @Test func theSameAgainChangesNothing() async throws {
    let runner = try await start()
    for _ in 0..<3 { try pause(.disk, "the disk is nearly full") }
    for _ in 0..<3 { try pause(.disk, nil) }
    try await grows()
    #expect(runner.end(SIGTERM) == 143)
    #expect(try events(named: ["runner.paused", "runner.unpaused"]).count == 2)
  }

  @Test(arguments: [PauseCause.team, .disk]) func aPausedAgentCanBeEnded(cause: PauseCause) async throws {
    let runner = try await start()
    try await grows()
    try pause(cause, "it must wait")
    let processes = ProcessTree.descendants(of: runner.process)
    #expect(processes.count > 1)
    #expect(runner.end(SIGTERM) == 143)
    #expect(try events(named: ["runner.stopped"]).count == 1)
    if !cause.allowsOrderlyEnd { #expect(processes.allSatisfy { !$0.isAlive }) }
  }

  /// A process that it had stopped itself is left as it was.
  @Test func whatWasStoppedBeforeStaysStopped() async throws {
    let runner = try await start("sleep 1000 & kill -STOP $!; echo $!; \(Self.counting)")
    try await grows()
    let text = try folder.lines("journal").map { try EventLine.decode($0) }.first { $0.kind == .output }?.text
    let stopped = try #require(text.flatMap { Int32($0) })
    try pause(.disk, "the disk is nearly full")
    try pause(.disk, nil)
    try await grows()
    #expect(ProcessStatus(of: stopped)?.isStopped == true)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func messagesWaitForAPausedAgent() async throws {
    let runner = try await start("while read line; do echo got $line; done")
    try pause(.disk, "the disk is nearly full")
    let message = RunnerMessage(id: .make(at: .now()), text: "hello")
    let body = JSONValue.object(MessageRequest.json(message)).text
    #expect(try SocketClient.ask(socket, "POST", RunnerPath.messages, body: body).status == 200)
    try pause(.disk, nil)
    _ = try await eventually("the answer") {
      try folder.text("journal").contains("got hello") ? true : nil
    }
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aCauseThatIsUnknownOrTheRunnersOwnIsRefused() async throws {
    let runner = try await start()
    for cause in ["moon", "journal"] {
      let answer = try SocketClient.ask(socket, "PUT", RunnerPath.pause, body: #"{"cause":"\#(cause)"}"#)
      #expect(answer.status == 400 && answer.text.contains("team, disk"))
    }
    #expect(runner.end(SIGTERM) == 143)
  }
}
