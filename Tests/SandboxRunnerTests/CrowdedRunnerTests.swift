import ControlModel
import CrowdSupport
import Glibc
import ProcessIdentity
import RunnerProtocol
import Testing

/// A runner that many speak to who have no business with it: the holder of its token is answered within a second.
@Suite(.serialized) struct CrowdedRunnerTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }
  private var door: Door { .unixSocket(socket) }
  private let status = SocketClient.request("GET", RunnerPath.status)

  init() throws { folder = try TemporaryFolder() }

  private func start(_ command: [String] = ["cat"], launcher: [String] = []) async throws -> RunnerProcess {
    let runner = try RunnerProcess(makeConfiguration(folder, command), in: folder, launcher: launcher)
    _ = try await eventually("the runner answers") {
      (try? SocketClient.ask(socket, "GET", RunnerPath.status))?.status == 200 ? true : nil
    }
    return runner
  }

  private func expectAnswer(_ what: Comment) async throws {
    let answer = try await Crowd.ask(door, status)
    #expect(answer?.hasPrefix("HTTP/1.1 200") == true, what)
  }

  @Test func twoThousandSilentConnectionsOverItsSocket() async throws {
    let runner = try await start()
    let crowd = try await Crowd(2_000, at: door)
    try await expectAnswer("silent ones")
    crowd.say("GET \(RunnerPath.status) HTTP/1.1\r\nauthorization: Bearer wr")
    try await expectAnswer("half a head each")
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func twoThousandSilentConnectionsOverTCP() async throws {
    let port = try HandoverTests.freePort()
    try folder.write(Array("s3cret\n".utf8), to: "token")
    let runner = try RunnerProcess([
      try RunnerProcess.program(), "serve", "--listen", "127.0.0.1:\(port)", "--session", folder.path + "/session",
      "--token-file", folder.path + "/token",
    ])
    _ = try await eventually("the runner listens") {
      try? SocketClient.ask(port: port, "GET", RunnerPath.status, token: "wrong").status == 401 ? true : nil
    }
    let crowd = try await Crowd(2_000, at: .port(port))
    let answer = try await Crowd.ask(.port(port), status)
    // It has no session yet, and says so to the holder of its token.
    #expect(answer?.hasPrefix("HTTP/1.1 503") == true)
    #expect(crowd.count == 2_000)
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func manyWithAWrongTokenAndABody() async throws {
    let runner = try await start()
    let crowd = try await Crowd(300, at: door)
    crowd.say("POST \(RunnerPath.messages) HTTP/1.1\r\nhost: x\r\nauthorization: Bearer wrong\r\n")
    crowd.say("content-length: 4000000\r\n\r\n" + String(repeating: "x", count: 50_000))
    try await expectAnswer("bodies under way")
    #expect(residentBytes(of: runner) < 80 << 20)
    #expect(runner.end(SIGTERM) == 143)
  }

  /// With fewer descriptors than there are peers.
  @Test func fewDescriptors() async throws {
    let runner = try await start(launcher: ["/bin/sh", "-c", "ulimit -n 80; exec \"$0\" \"$@\""])
    let crowd = try await Crowd(400, at: door)
    try await expectAnswer("80 descriptors")
    #expect(crowd.count == 400)
    #expect(runner.end(SIGTERM) == 143)
  }

  /// The limit is lowered below what the runner has open, so that accepting fails: it neither ends nor spins.
  @Test func acceptingFailsForAWhile() async throws {
    let runner = try await start()
    try setDescriptorLimit(of: runner, to: 3)
    let silent = try await Crowd(20, at: door)
    let before = try processorTicks(of: runner)
    try await Task.sleep(for: .seconds(1))
    let spent = try processorTicks(of: runner) - before
    #expect(spent < 30, "hundredths of a second of processor time in one second")
    try setDescriptorLimit(of: runner, to: 1024)
    _ = try await eventually("it answers again") {
      (try? SocketClient.ask(socket, "GET", RunnerPath.status))?.status == 200 ? true : nil
    }
    #expect(silent.count == 20)
    #expect(runner.end(SIGTERM) == 143)
  }

  /// Readers that ask for the whole journal and never take it.
  @Test func readersThatDoNotReadCostLittleAndHoldUpNobody() async throws {
    let lines = "head -c 40000000 /dev/zero | tr '\\0' x | fold -w 1000; echo; echo end; cat"
    let runner = try await start(["/bin/sh", "-c", lines])
    let crowd = try await Crowd(40, at: door)
    crowd.say(SocketClient.request("GET", RunnerPath.events(after: 0)))
    let all = try await Crowd.ask(
      door, SocketClient.request("GET", RunnerPath.events(after: 0)), until: "\"text\":\"end\"", seconds: 60)
    #expect((all?.utf8.count ?? 0) > 40_000_000)
    #expect(crowd.open == 40)
    #expect(residentBytes(of: runner) < 100 << 20)
    #expect(runner.end(SIGKILL) == -SIGKILL)
  }

  private func residentBytes(of runner: RunnerProcess) -> Int {
    let fields = readText("/proc/\(runner.process)/statm")?.split(separator: " ") ?? []
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
  }

  /// User and system time.
  private func processorTicks(of runner: RunnerProcess) throws -> Int {
    let text = try #require(readText("/proc/\(runner.process)/stat"))
    let fields = text[text.index(after: try #require(text.lastIndex(of: ")")))...].split(separator: " ")
    return try #require(Int(fields[11])) + #require(Int(fields[12]))
  }

  private func setDescriptorLimit(of runner: RunnerProcess, to count: Int) throws {
    try #require(system("prlimit --pid \(runner.process) --nofile=\(count):4096") == 0)
  }
}
