import ControlModel
import Glibc
import HTTPTransport
import RunnerClient
import RunnerProtocol
import Testing

/// A runner of a warm pool: it knows the fingerprint of a key, and gets its token with its session.
@Suite struct KeyHandoverTests {
  private let folder: TemporaryFolder
  private let port: Int
  private let key = HandoverKey("the pool's key")

  init() throws {
    folder = try TemporaryFolder()
    port = try HandoverTests.freePort()
  }

  private func start() async throws -> RunnerProcess {
    let runner = try RunnerProcess([
      try RunnerProcess.program(), "serve", "--listen", "0.0.0.0:\(port)", "--session", folder.path + "/session.json",
      "--handover-key", key.fingerprint,
    ])
    _ = try await eventually("the runner listens") { try? status(showing: "nothing") == 401 ? true : nil }
    return runner
  }

  private func status(showing token: String) throws -> Int {
    try SocketClient.ask(port: port, "GET", RunnerPath.status, token: token).status
  }

  private func client(_ token: String) throws -> RunnerClient {
    RunnerClient(try HTTPTransport(), baseURL: "http://127.0.0.1:\(port)", token: token)
  }

  @Test func theKeyHandsASessionOverOnceAndThenTheSessionsTokenAloneCounts() async throws {
    let runner = try await start()
    let session = try makeConfiguration(folder, ["cat"])
    let own = try client(session.token)
    // Neither the token that nobody has brought yet, nor what stands in the pod, nor a key without a session.
    for shown in [session.token, key.fingerprint] { #expect(try status(showing: shown) == 401) }
    #expect(try status(showing: key.text) == 401)
    await #expect { try await own.handOver(session) } throws: { ($0 as? ControlFailure)?.code == .permissionDenied }
    let bare = Array(JSONValue.object(SessionRequest.json(session)).text.utf8)
    #expect(
      try SocketClient.ask(
        port: port, "PUT", RunnerPath.session, body: String(decoding: bare, as: UTF8.self), token: key.text
      ).status == 400)

    try await own.handOver(session, by: key)
    #expect(try await own.status().session == session.session)
    try await own.handOver(session)
    #expect(try status(showing: key.text) == 401)
    var other = session
    other.token = "another's"
    await #expect { try await own.handOver(other, by: key) } throws: {
      ($0 as? ControlFailure)?.code == .permissionDenied
    }
    let kept = String(decoding: try folder.read("session.json"), as: UTF8.self)
    #expect(!kept.contains(session.token) && !kept.contains(key.text))
    #expect(runner.end(SIGTERM) == 143)
  }

  @Test func aRunnerThatIsStartedAgainGoesOnAndIsBroughtItsTokenOnceMore() async throws {
    var runner = try await start()
    let session = try makeConfiguration(folder, ["cat"])
    let own = try client(session.token)
    try await own.handOver(session, by: key)
    #expect(runner.end(SIGKILL) == -SIGKILL)
    runner = try await start()
    #expect(try status(showing: session.token) == 401)
    var other = session
    other.generation = 2
    await #expect { try await own.handOver(other, by: key) } throws: { ($0 as? ControlFailure)?.code == .conflict }
    #expect(try status(showing: session.token) == 401)
    try await own.handOver(session, by: key)
    #expect(try await own.status().session == session.session)
    #expect(runner.end(SIGTERM) == 143)
  }
}
