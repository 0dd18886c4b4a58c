import KubernetesClient
import LoopbackServer
import Synchronization

/// An API server that says what a test tells it to, one answer a request, in order; then it says no more.
final class LoopbackAPI: Sendable {
  typealias Answer = @Sendable (Connection, Connection.Request) -> Void

  private let answers: Mutex<[Answer]>
  private let seen = Mutex<[Connection.Request]>([])
  private let server: Mutex<LoopbackServer?>

  init(_ answers: [Answer]) throws {
    self.answers = Mutex(answers)
    server = Mutex(nil)
    let server = try LoopbackServer { [weak self] connection in
      while let request = connection.readRequest() {
        guard let answer = self?.next(request) else { return connection.waitForClose() }
        answer(connection, request)
      }
    }
    self.server.withLock { $0 = server }
  }

  deinit { server.withLock { $0?.stop() } }

  var url: String { server.withLock { $0?.url ?? "" } }

  var requests: [Connection.Request] { seen.withLock { $0 } }

  func api(_ credentials: any CredentialSource = NoCredentials()) throws -> KubernetesAPI {
    try KubernetesAPI(APIServerConnection(baseURL: url, credentials: credentials))
  }

  private func next(_ request: Connection.Request) -> Answer? {
    seen.withLock { $0.append(request) }
    return answers.withLock { $0.isEmpty ? nil : $0.removeFirst() }
  }

  static func reply(_ status: String = "200 OK", _ body: String = "{}", headers: String = "") -> Answer {
    { connection, _ in
      connection.write("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }
  }

  /// A stream in these pieces, properly ended or not.
  static func stream(_ pieces: [String], ends: Bool = true) -> Answer {
    { connection, _ in
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      for piece in pieces where !piece.isEmpty { connection.writeChunk(piece) }
      if ends { connection.write("0\r\n\r\n") }
    }
  }

  /// Goes away in the middle.
  static func breakOff(after text: String) -> Answer {
    { connection, _ in
      connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      if !text.isEmpty { connection.writeChunk(text) }
      shutdownBothWays(connection)
    }
  }

  /// Says nothing.
  static func silence() -> Answer {
    { connection, _ in connection.waitForClose() }
  }
}

extension Connection.Request {
  /// `GET /api/v1/pods`, without the query.
  var target: String {
    line.split(separator: " ").prefix(2).joined(separator: " ").split(separator: "?")[0].description
  }

  /// The query's parameters as they were sent, percent encoding included.
  var query: [String: String] {
    let path = line.split(separator: " ").dropFirst().first ?? ""
    let pairs = (path.split(separator: "?").dropFirst().first ?? "").split(separator: "&")
    return Dictionary(
      pairs.map { pair in
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      }, uniquingKeysWith: { $1 })
  }
}
