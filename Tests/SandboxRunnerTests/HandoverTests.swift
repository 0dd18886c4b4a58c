import ControlModel
import Glibc
import HTTPTransport
import ProcessIdentity
import RunnerClient
import RunnerProtocol
import SandboxRunner
import Testing

/// A runner that is started without a session, as in a warm pool, over real TCP.
@Suite struct HandoverTests {
  private let folder: TemporaryFolder
  private let port: Int

  init() throws {
    folder = try TemporaryFolder()
    port = try Self.freePort()
  }

  private func start(
    token: [String] = [], _ more: [String] = [], in launcher: [String] = [], grace: String? = nil
  ) async throws -> RunnerProcess {
    try folder.write(Array("s3cret\n".utf8), to: "token")
    let token = token.isEmpty ? ["--token-file", folder.path + "/token"] : []
    let words =
      launcher + [try RunnerProcess.program(), "serve", "--listen", "0.0.0.0:\(port)", "--session", sessionFile]
    let runner = try RunnerProcess(
      words + token + more,
      environment: ["PATH=/usr/bin:/bin", "PADDOCK_RUNNER_TOKEN=s3cret"]
        + (grace.map { ["PADDOCK_RUNNER_GRACE=\($0)"] } ?? []))
    _ = try await eventually("the runner listens") {
      try? SocketClient.ask(port: port, "GET", RunnerPath.status, token: "wrong").status == 401 ? true : nil
    }
    return runner
  }

  private var sessionFile: String { folder.path + "/session.json" }

  private func client() throws -> RunnerClient {
    RunnerClient(try HTTPTransport(), baseURL: "http://127.0.0.1:\(port)", token: "s3cret")
  }

  private var events: [Event] {
    let lines = (try? folder.read("journal").split(separator: 0x0A)) ?? []
    return lines.compactMap { try? EventLine.decode(Array($0)) }
  }

  @Test func aRunnerIsGivenItsSessionOnce() async throws {
    let runner = try await start()
    let client = try client()
    await #expect { try await client.status() } throws: { ($0 as? ControlFailure)?.code == .unavailable }
    #expect(try SocketClient.ask(port: port, "PUT", RunnerPath.session, body: "{}", token: "wrong").status == 401)
    #expect(try SocketClient.ask(port: port, "PUT", RunnerPath.session, body: "{}").status == 400)

    let session = try makeConfiguration(folder, ["cat"])
    try await client.handOver(session)
    try await client.handOver(session)
    #expect(try await client.status().session == session.session)
    var other = session
    other.generation = 2
    await #expect { try await client.handOver(other) } throws: { ($0 as? ControlFailure)?.code == .conflict }

    try await client.send(RunnerMessage(id: .make(at: .now()), text: "over TCP"))
    _ = try await eventually("the agent's answer") { events.first { $0.kind == .output && $0.text == "over TCP" } }
    #expect(events.count { $0.content.name == "runner.started" } == 1)
    let kept = String(decoding: try folder.read("session.json"), as: UTF8.self)
    #expect(!kept.contains("s3cret"))
    #expect(runner.end(SIGTERM) == 143)
  }

  /// Without being told of it, a runner would be done with the turn after 5 s.
  @Test func aTurnHasWhatItsPodLeavesForIt() async throws {
    let runner = try await start(grace: "60")
    let turn = #"read -r line; echo begun; sleep 8; echo '{"kind":"result","text":"done"}'; read -r line"#
    try await client().handOver(try makeConfiguration(folder, ["sh", "-c", turn]))
    try await client().send(RunnerMessage(id: .make(at: .now()), text: "go"))
    _ = try await eventually("the turn has begun") { events.first { $0.kind == .output && $0.text == "begun" } }
    #expect(runner.end(SIGTERM) == 143)
    #expect(events.contains { $0.kind == .result && $0.text == "done" })
    #expect(events.last?.content.name == "runner.stopped")
  }

  @Test(arguments: ["", "soon", "-1", "nan"])
  func aGraceThatIsNoneIsSaidAtOnce(_ grace: String) throws {
    #expect(throws: ControlFailure.self) {
      try RunnerSettings(
        arguments: ["--listen", "127.0.0.1:1", "--session", "x"], environmentToken: "t", environmentGrace: grace)
    }
  }

  @Test func aSessionSurvivesItsRunner() async throws {
    var runner = try await start()
    let session = try makeConfiguration(folder, ["cat"])
    try await client().handOver(session)
    #expect(runner.end(SIGKILL) == -SIGKILL)
    runner = try await start()
    let status = try await eventually("the session is there") {
      (try? SocketClient.ask(port: port, "GET", RunnerPath.status)).flatMap { $0.status == 200 ? $0 : nil }
    }
    #expect(status.status == 200 && status.text.contains(session.session.text))
    try await client().handOver(session)
    #expect(runner.end(SIGTERM) == 143)
    #expect(events.map(\.seq) == Array(1...Int64(events.count)))

    // A sandbox of a later generation waits for that generation's session.
    runner = try await start(["--generation", "2"])
    #expect(try SocketClient.ask(port: port, "GET", RunnerPath.status).status == 503)
    await #expect { try await client().handOver(session) } throws: { ($0 as? ControlFailure)?.code == .conflict }
    var next = session
    next.generation = 2
    try await client().handOver(next)
    #expect(try await client().status().generation == 2)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func anAgentOfTheSameUserCannotReadTheRunnersToken() async throws {
    let user = geteuid() == 0 ? ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"] : []
    if geteuid() == 0 { #expect(chown(folder.path, 1000, 1000) == 0) }
    let runner = try await start(token: ["environment"], in: user)
    let script =
      "for f in environ mem maps; do head -c1 /proc/$PPID/$f >/dev/null 2>&1 && echo read $f; done; env; echo done"
    var session = try makeConfiguration(folder, ["sh", "-c", script + "; read -r x"])
    session.launcher = []
    try await client().handOver(session)
    _ = try await eventually("it has tried") { events.contains { $0.text == "done" } ? true : nil }
    #expect(!events.contains { $0.text.hasPrefix("read ") || $0.text.contains("s3cret") })
    #expect(runner.end(SIGTERM) == 143)
  }

  /// Only root can become another user; elsewhere it is refused in words.
  @Test func anAgentRunsAsTheUserThatItsSessionNames() async throws {
    let runner = try await start()
    var session = try makeConfiguration(
      folder, ["sh", "-c", "echo $(id -u):$(id -g); cat \(folder.path)/token; echo done; read x"])
    session.user = .init(id: 12345, group: 12346)
    session.workingDirectory = "/"
    if geteuid() == 0 { #expect(chmod(folder.path, 0o700) == 0) }
    try await client().handOver(session)
    if geteuid() == 0 {
      _ = try await eventually("it has tried") { events.contains { $0.text == "done" } ? true : nil }
      #expect(events.contains { $0.text == "12345:12346" } && !events.contains { $0.text == "s3cret" })
    } else {
      let exit = try await eventually("the refusal") { events.first { $0.content.name == "runtime.exited" } }
      #expect(exit.text.contains("setuid"))
    }
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func theProgramInstallsItself() async throws {
    for _ in 0..<2 { #expect(try RunnerProcess([RunnerProcess.program(), "install", folder.path]).wait() == 0) }
    let copy = folder.path + "/paddock-runner"
    var status = stat()
    #expect(stat(copy, &status) == 0 && status.st_mode & 0o7777 == 0o755)
    #expect(try readFile(copy) == readFile(RunnerProcess.program()))
    #expect(folder.names == ["paddock-runner"])
    #expect(try RunnerProcess([copy, "--version"]).wait() == 0)
    #expect(try RunnerProcess([copy, "install", folder.path + "/nothing"]).wait() == 1)
    #expect(try RunnerProcess([copy, "serve", "--listen", "nowhere"]).wait() == 2)
  }

  /// Below those that the system gives to connections, of which other tests have thousands.
  static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 10_000..<32_000)
      if isFree(port) { return port }
    }
    throw ControlFailure(.unavailable, "No port is free.")
  }

  private static func isFree(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
