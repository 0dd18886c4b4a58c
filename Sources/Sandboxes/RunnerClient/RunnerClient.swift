package import ControlModel
package import HTTPTransport
package import RunnerProtocol

/// Speaks to one runner over HTTP: the port that a core sees, whatever the way to the sandbox is.
package struct RunnerClient: RunnerConnection {
  /// Requests that carry a message wait until it is on disk over there.
  package static let requestTimeout = Duration.seconds(30)
  /// Three times what a runner lets pass between two signs of life.
  package static let idleTimeout = Duration.seconds(45)

  /// Bytes of an answer; a stream of events has bounds of its own. A runner is not trusted to be short.
  package static let longestAnswer = 1 << 20

  let channel: any RunnerChannel
  let idleTimeout: Duration
  private let token: String

  package init(_ channel: any RunnerChannel, token: String, idleTimeout: Duration = RunnerClient.idleTimeout) {
    self.channel = channel
    self.token = token
    self.idleTimeout = idleTimeout
  }

  /// `baseURL` has no slash at its end; over a unix socket, which the transport is configured for, any host will do.
  package init(
    _ transport: HTTPTransport, baseURL: String = "http://runner", token: String,
    idleTimeout: Duration = RunnerClient.idleTimeout
  ) {
    self.init(DirectChannel(transport, baseURL: baseURL), token: token, idleTimeout: idleTimeout)
  }

  /// A client of its own connections to the runner that listens on this socket.
  package init(unixSocket path: String, token: String) throws(ControlFailure) {
    let transport: HTTPTransport
    do {
      transport = try HTTPTransport(
        .init(unixSocketPath: path, connectTimeout: .seconds(5), maximumBodySize: Self.longestAnswer))
    } catch {
      throw ControlFailure(error)
    }
    self.init(transport, token: token)
  }

  package func status() async throws(ControlFailure) -> RunnerStatus {
    try RunnerStatus.parse(await call(request("GET", RunnerPath.status)))
  }

  /// Gives a waiting runner its session. The same again changes nothing; another one is a conflict.
  package func handOver(_ session: RunnerConfiguration) async throws(ControlFailure) {
    try await send("PUT", RunnerPath.session, SessionRequest.json(session))
  }

  /// The same to the runner of a warm pool, which learns the session's token by it; from then on that alone counts.
  package func handOver(_ session: RunnerConfiguration, by key: HandoverKey) async throws(ControlFailure) {
    try await RunnerClient(channel, token: key.text, idleTimeout: idleTimeout)
      .send("PUT", RunnerPath.session, SessionRequest.json(session, withToken: true))
  }

  package func send(_ message: RunnerMessage) async throws(ControlFailure) {
    try await post(RunnerPath.messages, MessageRequest.json(message))
  }

  package func interrupt(id: OperationID) async throws(ControlFailure) {
    try await post(RunnerPath.interrupt, InterruptRequest.json(id: id))
  }

  package func decide(_ decision: ApprovalDecision) async throws(ControlFailure) {
    try await post(RunnerPath.approval(decision.callID), DecisionRequest.json(decision))
  }

  package func pause(for cause: PauseCause, because reason: String?) async throws(ControlFailure) {
    try await send("PUT", RunnerPath.pause, PauseRequest.json(cause, reason))
  }

  package func limit(_ bounds: JournalBounds, because reason: String?) async throws(ControlFailure) {
    try await send("PUT", RunnerPath.limits, LimitsRequest.json(bounds, reason))
  }

  /// So long a turn may go on once the runner is told to end; it counts for one that is ending, too.
  package func giveTurn(seconds: Double, within timeout: Duration = requestTimeout) async throws(ControlFailure) {
    try await send("PUT", RunnerPath.grace, GraceRequest.json(turnSeconds: seconds), within: timeout)
  }

  /// Nothing is asked of the runner before the first element is; at most one batch is read ahead of its consumer.
  package func events(after seq: Int64) -> AsyncThrowingStream<[Event], any Error> {
    let reader = EventReader(self, after: seq)
    return AsyncThrowingStream { try await reader.next() }
  }

  /// An API server's proxy keeps `Authorization` for itself, so the token is in a field of its own as well.
  func request(_ method: String, _ path: String) -> HTTPRequest {
    HTTPRequest(method, path, headers: ["Authorization": "Bearer \(token)", RunnerPath.tokenHeader: token])
  }

  private func post(_ path: String, _ json: JSONObject) async throws(ControlFailure) {
    try await send("POST", path, json)
  }

  private func send(
    _ method: String, _ path: String, _ json: JSONObject, within timeout: Duration = requestTimeout
  ) async throws(ControlFailure) {
    var request = request(method, path)
    request.headers.append("Content-Type", "application/json")
    request.body = Array(JSONValue.object(json).text.utf8)
    _ = try await call(request, within: timeout)
  }

  private func call(
    _ request: HTTPRequest, within timeout: Duration = requestTimeout
  ) async throws(ControlFailure) -> [UInt8] {
    var request = request
    request.totalTimeout = timeout
    let response = try await channel.send(request)
    guard response.status == 200 else {
      throw ErrorBody.failure(status: response.status, body: response.body)
    }
    return response.body
  }
}
