import ControlModel
import Glibc
import RunnerProtocol
import Testing

/// What readers get from a real runner that is told to end.
@Suite struct LastWordsTests {
  private let folder: TemporaryFolder
  private var socket: String { folder.path + "/socket" }

  init() throws { folder = try TemporaryFolder() }

  @Test(.timeLimit(.minutes(2)))
  func aReaderAtTheEndGetsTheLastEventAndAnOrderlyEnd() async throws {
    let runner = try await start("echo ready; read x")
    let reader = try reader()
    _ = reader.read(until: "\"ready\"")
    kill(runner.process, SIGTERM)
    expectWhole(reader.read())
    #expect(runner.wait() == 143)
  }

  @Test(.timeLimit(.minutes(2)))
  func aReaderThatIsBehindGetsTheRestFirst() async throws {
    let line = String(repeating: "x", count: 1000)
    let runner = try await start("i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo \(line); done; echo done; read x")
    let readers = try [reader(), reader()]
    _ = try await eventually("all is written") { try journal().contains("\"done\"") ? true : nil }
    kill(runner.process, SIGTERM)
    _ = try await eventually("the end is written") { try journal().contains("runner.stopped") ? true : nil }
    for reader in readers { expectWhole(reader.read()) }
    #expect(runner.wait() == 143)
  }

  @Test(.timeLimit(.minutes(2)))
  func aReaderThatDoesNotReadHoldsUpTheEndForABoundedTimeOnly() async throws {
    let line = String(repeating: "x", count: 1000)
    let runner = try await start("i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo \(line); done; echo done; read x")
    let reader = try reader()
    _ = try await eventually("all is written") { try journal().contains("\"done\"") ? true : nil }
    #expect(runner.end(SIGTERM) == 143)
    #expect(!reader.read().contains("runner.stopped"))
  }

  private func start(_ script: String) async throws -> RunnerProcess {
    let runner = try RunnerProcess(makeConfiguration(folder, ["sh", "-c", script]), in: folder)
    _ = try await eventually("the runner answers") {
      (try? SocketClient.ask(socket, "GET", RunnerPath.status))?.status == 200 ? true : nil
    }
    return runner
  }

  private func reader() throws -> SocketClient {
    let client = try SocketClient(socket)
    client.send("GET", RunnerPath.events(after: 0))
    _ = client.read(until: "\r\n\r\n")
    return client
  }

  private func journal() throws -> String { String(decoding: try folder.read("journal"), as: UTF8.self) }

  private func expectWhole(_ received: String) {
    #expect(received.contains("runner.stopped"))
    // The chunk without content that ends a body in order.
    #expect(received.hasSuffix("\r\n0\r\n\r\n"))
  }
}
