import ControlModel
import HTTPTransport
import LoopbackServer
import RunnerProtocol
import Synchronization
import Testing

@testable import RunnerClient

@Suite struct RunnerClientTests {
  private static let token = "t0ken"

  @Test func readsTheStatusOfTheRunner() async throws {
    let status = RunnerStatus(
      session: .make(at: Timestamp(microseconds: 5)), generation: 3, seq: 7, runtime: .waiting,
      runtimeSessionID: "r", startedAt: Timestamp(microseconds: 9))
    let server = try LoopbackServer { connection in
      guard let request = connection.readRequest(), request.field("authorization") == "Bearer \(Self.token)",
        request.line == "GET /v1/status HTTP/1.1"
      else { return }
      connection.respond("200 OK", JSONValue.object(status.json).text)
    }
    defer { server.stop() }
    #expect(try await client(of: server).status() == status)
  }

  @Test func postsWhatOperatorsSay() async throws {
    let seen = Mutex<[String]>([])
    let server = try LoopbackServer { connection in
      while let request = connection.readRequest() {
        seen.withLock { $0.append("\(request.line) \(String(decoding: request.body, as: UTF8.self))") }
        connection.respond("200 OK", "{}")
      }
    }
    defer { server.stop() }
    let id = OperationID.make(at: Timestamp(microseconds: 1))
    let client = try client(of: server)
    try await client.send(RunnerMessage(id: id, text: "a \"b\"\n"))
    try await client.interrupt(id: id)
    try await client.decide(ApprovalDecision(id: id, callID: "a/b", verdict: .deny, reason: nil, actor: "ann"))
    #expect(
      seen.withLock { $0 } == [
        #"POST /v1/messages HTTP/1.1 {"id":"\#(id)","text":"a \"b\"\n"}"#,
        #"POST /v1/interrupt HTTP/1.1 {"id":"\#(id)"}"#,
        #"POST /v1/approvals/a%2Fb HTTP/1.1 {"id":"\#(id)","verdict":"deny","actor":"ann"}"#,
      ])
  }

  @Test(arguments: [
    ("401 Unauthorized", "", ControlFailure.Code.permissionDenied), ("404 Not Found", "<html>", .notFound),
    ("409 Conflict", #"{"code":"refused","message":"It is over."}"#, .refused), ("502 Bad Gateway", "", .unavailable),
  ])
  func tellsWhatTheRunnerRefused(status: String, body: String, code: ControlFailure.Code) async throws {
    let server = try LoopbackServer { connection in
      while connection.readRequest() != nil { connection.respond(status, body) }
    }
    defer { server.stop() }
    let client = try client(of: server)
    await #expect { try await client.status() } throws: { ($0 as? ControlFailure)?.code == code }
    await #expect { for try await _ in client.events(after: 0) {} } throws: { ($0 as? ControlFailure)?.code == code }
  }

  @Test func saysThatNobodyAnswers() async throws {
    let client = try RunnerClient(unixSocket: "/tmp/paddock-no-runner/socket", token: Self.token)
    await #expect { try await client.status() } throws: { error in
      guard let failure = error as? ControlFailure else { return false }
      return failure.code == .unavailable && failure.summary.contains("/tmp/paddock-no-runner/socket")
        && !failure.summary.contains(Self.token)
    }
  }

  private func client(of server: LoopbackServer) throws -> RunnerClient {
    RunnerClient(try HTTPTransport(), baseURL: server.url, token: Self.token)
  }
}
