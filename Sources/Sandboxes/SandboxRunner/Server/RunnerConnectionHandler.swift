import ControlModel
import NIOCore
import NIOHTTP1
import RunnerProtocol

/// Serves one connection after the other's requests, one at a time.
struct RunnerConnectionHandler: Sendable {
  typealias Outbound = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

  /// More than any message a person or a program should send at once.
  static let bodyLimit = 4 << 20

  let slot: SessionSlot
  /// `nil` for a runner that has had its session from the start.
  let handover: SessionHandover?
  let gate: RunnerGate

  func handle(_ connection: RunnerServer.Connection) async {
    let channel = connection.channel
    // A connection that fails is the peer's affair: it closes, and the peer asks again.
    try? await connection.executeThenClose { inbound, outbound in
      var request = IncomingRequest()
      for try await part in inbound {
        guard let head = request.take(part) else { continue }
        guard try await answer(head, request.body, on: channel, outbound) else { return }
      }
    }
  }

  /// Whether the connection can take another request.
  private func answer(
    _ head: HTTPRequestHead, _ body: [UInt8]?, on channel: any Channel, _ outbound: Outbound
  ) async throws -> Bool {
    do {
      let caller = gate.caller(
        authorization: head.headers.first(name: "authorization"),
        bare: head.headers.first(name: RunnerPath.tokenHeader))
      guard let caller else {
        throw RunnerRefusal(ControlFailure(.permissionDenied, "The request carries no valid bearer token."))
      }
      let route = try RunnerRoute(method: head.method.rawValue, target: head.uri)
      guard let body else {
        throw RunnerRefusal(
          ControlFailure(.invalidArgument, "The request is larger than \(Self.bodyLimit) bytes."), status: 413)
      }
      guard caller == .tokenHolder || route == .session else {
        throw RunnerRefusal(ControlFailure(.permissionDenied, "The key of a warm pool only hands over a session."))
      }
      if case .events(let seq) = route {
        let reader = try slot.occupied().reader
        slot.streams.open()
        defer { slot.streams.close() }
        let cursor = try await reader.cursor(after: seq)
        try await EventStream(feed: reader.feed, reader: reader).send(from: cursor, on: channel, outbound)
        return false
      }
      let json = try await perform(route, body, caller)
      try await respond(.ok, json, to: head, outbound)
    } catch let refusal as RunnerRefusal {
      try await refuse(refusal, head, outbound)
    } catch let failure as ControlFailure {
      try await refuse(RunnerRefusal(failure), head, outbound)
    }
    return head.isKeepAlive
  }

  private func perform(_ route: RunnerRoute, _ body: [UInt8], _ caller: RunnerGate.Caller) async throws -> JSONObject {
    if route == .session {
      guard let handover else {
        throw ControlFailure(.conflict, "The runner was started for one session and takes no other.")
      }
      try await handover.take(body, from: caller)
      return [:]
    }
    let supervisor = try slot.occupied().supervisor
    switch route {
    case .status: return await supervisor.status().json
    case .message: try await supervisor.send(MessageRequest.parse(body))
    case .interrupt: try await supervisor.interrupt(id: InterruptRequest.parse(body))
    case .decision(let callID): try await supervisor.decide(DecisionRequest.parse(body, callID: callID))
    case .events, .session: break
    }
    return [:]
  }

  private func refuse(_ refusal: RunnerRefusal, _ head: HTTPRequestHead, _ outbound: Outbound) async throws {
    var headers = HTTPHeaders()
    if let allow = refusal.allow { headers.add(name: "allow", value: allow) }
    if refusal.status == 401 { headers.add(name: "www-authenticate", value: "Bearer") }
    let status = HTTPResponseStatus(statusCode: refusal.status)
    try await respond(status, ErrorBody(refusal.failure).json, to: head, outbound, extra: headers)
  }

  private func respond(
    _ status: HTTPResponseStatus, _ json: JSONObject, to request: HTTPRequestHead, _ outbound: Outbound,
    extra: HTTPHeaders = [:]
  ) async throws {
    let body = ByteBuffer(string: JSONValue.object(json).text)
    var headers = extra
    headers.add(name: "content-type", value: "application/json")
    headers.add(name: "content-length", value: String(body.readableBytes))
    headers.add(name: "connection", value: request.isKeepAlive ? "keep-alive" : "close")
    let head = HTTPResponseHead(version: request.version, status: status, headers: headers)
    try await outbound.write(contentsOf: [.head(head), .body(.byteBuffer(body)), .end(nil)])
  }
}

/// A request as its parts come in.
private struct IncomingRequest {
  private var head: HTTPRequestHead?
  /// `nil` for a body that is too large; its rest is read and dropped.
  private(set) var body: [UInt8]? = []

  /// The head once the request is complete.
  mutating func take(_ part: HTTPServerRequestPart) -> HTTPRequestHead? {
    switch part {
    case .head(let head):
      self.head = head
      body = []
      return nil
    case .body(let buffer):
      guard let known = body, known.count + buffer.readableBytes <= RunnerConnectionHandler.bodyLimit else {
        body = nil
        return nil
      }
      body?.append(contentsOf: buffer.readableBytesView)
      return nil
    case .end: return head
    }
  }
}
