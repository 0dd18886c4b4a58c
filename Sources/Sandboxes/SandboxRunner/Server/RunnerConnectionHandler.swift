import ControlModel
import HTTPService
import NIOCore
import NIOHTTP1
import RunnerProtocol

/// Answers the requests to one runner.
struct RunnerConnectionHandler: HTTPResponder {
  let slot: SessionSlot
  /// `nil` for a runner that has had its session from the start.
  let handover: SessionHandover?
  let gate: RunnerGate
  let bounds: ServiceBounds

  func knows(_ head: HTTPRequestHead) -> Bool { caller(head) != nil }

  func answer(_ request: ServedRequest, on connection: ServedConnection) async throws -> Bool {
    do {
      guard let caller = caller(request.head) else {
        throw RunnerRefusal(ControlFailure(.permissionDenied, "The request carries no valid bearer token."))
      }
      let route = try RunnerRoute(method: request.head.method.rawValue, target: request.head.uri)
      guard let body = request.body else {
        throw RunnerRefusal(
          ControlFailure(.invalidArgument, "The request is larger than \(bounds.bodyBytes) bytes."), status: 413)
      }
      guard caller == .tokenHolder || route == .session else {
        throw RunnerRefusal(ControlFailure(.permissionDenied, "The key of a warm pool only hands over a session."))
      }
      if case .events(let seq) = route {
        let reader = try slot.occupied().reader
        slot.streams.open()
        defer { slot.streams.close() }
        let cursor = try await reader.cursor(after: seq)
        try await EventStream(feed: reader.feed, reader: reader).send(from: cursor, on: connection)
        return false
      }
      let json = try await perform(route, body, caller)
      try await respond(.ok, json, to: request, connection)
    } catch let refusal as RunnerRefusal {
      try await refuse(refusal, request, connection)
    } catch let failure as ControlFailure {
      try await refuse(RunnerRefusal(failure), request, connection)
    }
    return request.isKeptAlive
  }

  private func caller(_ head: HTTPRequestHead) -> RunnerGate.Caller? {
    gate.caller(
      authorization: head.headers.first(name: "authorization"), bare: head.headers.first(name: RunnerPath.tokenHeader))
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
    case .pause:
      let (cause, reason) = try PauseRequest.parse(body)
      await supervisor.pause(for: cause, because: reason)
    case .limits:
      let (bounds, reason) = try LimitsRequest.parse(body)
      await supervisor.limit(bounds, because: reason)
    case .grace: await supervisor.giveTurn(seconds: try GraceRequest.parse(body))
    case .events, .session: break
    }
    return [:]
  }

  private func refuse(
    _ refusal: RunnerRefusal, _ request: ServedRequest, _ connection: ServedConnection
  ) async throws {
    var headers = HTTPHeaders()
    if let allow = refusal.allow { headers.add(name: "allow", value: allow) }
    if refusal.status == 401 { headers.add(name: "www-authenticate", value: "Bearer") }
    let status = HTTPResponseStatus(statusCode: refusal.status)
    try await respond(status, ErrorBody(refusal.failure).json, to: request, connection, extra: headers)
  }

  private func respond(
    _ status: HTTPResponseStatus, _ json: JSONObject, to request: ServedRequest, _ connection: ServedConnection,
    extra: HTTPHeaders = [:]
  ) async throws {
    let body = ByteBuffer(string: JSONValue.object(json).text)
    var headers = extra
    headers.add(name: "content-type", value: "application/json")
    headers.add(name: "content-length", value: String(body.readableBytes))
    headers.add(name: "connection", value: request.isKeptAlive ? "keep-alive" : "close")
    let head = HTTPResponseHead(version: request.head.version, status: status, headers: headers)
    try await connection.outbound.write(contentsOf: [.head(head), .body(.byteBuffer(body)), .end(nil)])
  }
}
