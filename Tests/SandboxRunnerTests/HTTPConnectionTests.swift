import ControlModel
import Glibc
import ProcessIdentity
import RunnerProtocol
import Testing

/// More than one request on a connection, and peers that leave.
@Suite struct HTTPConnectionTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }

  init() throws { folder = try TemporaryFolder() }

  private func start() async throws -> RunnerProcess {
    let runner = try RunnerProcess(makeConfiguration(folder, ["cat"]), in: folder)
    _ = try await eventually("the runner answers") {
      (try? SocketClient.ask(socket, "GET", RunnerPath.status))?.status == 200 ? true : nil
    }
    return runner
  }

  private func statuses(_ text: String) -> [String] {
    text.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
  }

  private func kept(_ method: String, _ target: String, body: String = "") -> String {
    SocketClient.request(method, target, body: body, connection: "keep-alive")
  }

  @Test func aConnectionServesOneRequestAfterTheOther() async throws {
    let runner = try await start()
    let client = try SocketClient(socket)
    client.write(kept("GET", RunnerPath.status))
    #expect(statuses(client.read(until: "startedAt")) == ["200"])
    client.write(kept("GET", "/nothing"))
    #expect(statuses(client.read(until: "has no '/nothing'")) == ["200", "404"])
    let message = RunnerMessage(id: .make(at: .now()), text: "hello")
    client.write(kept("POST", RunnerPath.messages, body: JSONValue.object(MessageRequest.json(message)).text))
    client.write(SocketClient.request("GET", "/end"))
    #expect(statuses(client.read()) == ["200", "404", "200", "404"])
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    let runner = try await start()
    let client = try SocketClient(socket)
    let message = RunnerMessage(id: .make(at: .now()), text: "hello")
    let body = JSONValue.object(MessageRequest.json(message)).text
    client.write(
      kept("GET", RunnerPath.status) + kept("POST", RunnerPath.messages, body: body) + kept("GET", "/one")
        + kept("PUT", RunnerPath.status) + SocketClient.request("GET", RunnerPath.status))
    #expect(statuses(client.read()) == ["200", "200", "404", "405", "200"])
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aClientThatLeavesItsStreamLeavesNothingBehind() async throws {
    let runner = try await start()
    let before = descriptors(of: runner)
    for _ in 0..<20 {
      let client = try SocketClient(socket)
      client.send("GET", RunnerPath.events(after: 0))
      _ = client.read(until: "runtime.started")
    }
    // One that leaves in the middle of a request, and one that says nothing.
    try SocketClient(socket).write("POST \(RunnerPath.messages) HTTP/1.1\r\ncontent-length: 99\r\n\r\n{")
    _ = try SocketClient(socket)
    _ = try await eventually("all connections are closed") { descriptors(of: runner) <= before ? true : nil }
    #expect(try SocketClient.ask(socket, "GET", RunnerPath.status).status == 200)
    #expect(runner.end(SIGTERM) == 143)
  }

  private func descriptors(of runner: RunnerProcess) -> Int {
    (namesIn("/proc/\(runner.process)/fd") ?? []).compactMap { linkTarget("/proc/\(runner.process)/fd/\($0)") }
      .count { $0.hasPrefix("socket:") }
  }
}
