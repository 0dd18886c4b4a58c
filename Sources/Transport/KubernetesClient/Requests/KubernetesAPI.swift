import ControlModel
package import HTTPTransport

/// The requests of one API server, as one user. Every error names what was asked for.
package struct KubernetesAPI: Sendable {
  /// For one attempt at anything but a list.
  package static let requestTimeout = Duration.seconds(30)
  package static let listTimeout = Duration.seconds(60)

  package let connection: APIServerConnection
  let transport: HTTPTransport

  /// `configuration` is used instead of the connection's own.
  package init(
    _ connection: APIServerConnection, transport configuration: HTTPTransportConfiguration? = nil
  ) throws(KubernetesError) {
    self.connection = connection
    do { transport = try HTTPTransport(configuration ?? connection.transportConfiguration) } catch {
      throw .transport(error)
    }
  }

  /// Makes the request, again where that helps, and returns the body of an answer that is no failure.
  func send(_ request: APIRequest) async throws(KubernetesError) -> [UInt8] {
    var policy = RetryPolicy(retries: request.retries, isRepeatable: request.isRepeatable)
    var http = request.httpRequest(connection)
    http.totalTimeout = request.timeout ?? Self.requestTimeout
    while true {
      do throws(KubernetesError) {
        let response = try await authorized(http) { http throws(HTTPTransportError) in try await transport.send(http) }
        try response.check(request.subject)
        return response.body
      } catch {
        guard case .retry(let wait) = policy.decide(error) else { throw error }
        guard (try? await Task.sleep(for: wait)) != nil else { throw error }
      }
    }
  }

  /// A stream whose head is no failure. It is not tried again: whoever streams has a pace of its own.
  func stream(_ request: APIRequest) async throws(KubernetesError) -> HTTPStream {
    let answer = try await open(request.httpRequest(connection))
    switch answer {
    case .stream(let stream): return stream
    case .answer(let response):
      try response.check(request.subject)
      throw .unreadable(
        subject: "The API server's answer to \(request.subject)", reason: "its status is \(response.status)")
    }
  }

  /// With the head of an answer of 200; any other answer is short and is read whole.
  func open(_ request: HTTPRequest) async throws(KubernetesError) -> OpenedStream {
    try await authorized(request) { request throws(HTTPTransportError) in
      let stream = try await transport.stream(request)
      if stream.status == 200 { return .stream(stream) }
      var body: [UInt8] = []
      while body.count < 1 << 16, let piece = try await stream.body.next() { body += piece }
      return .answer(HTTPResponse(status: stream.status, headers: stream.headers, body: body))
    }
  }

  /// Does it with the credentials of the moment, and once more with others, if there are any, when the API server does not
  /// accept them.
  func authorized<Answer: StatusBearing>(
    _ request: HTTPRequest, _ perform: (HTTPRequest) async throws(HTTPTransportError) -> Answer
  ) async throws(KubernetesError) -> Answer {
    let credential = try await connection.credentials.current()
    let answer = try await attempt(request, credential, perform)
    guard answer.isUnauthorized else { return answer }
    await connection.credentials.refused(credential)
    let renewed = try await connection.credentials.current()
    return renewed == credential ? answer : try await attempt(request, renewed, perform)
  }

  private func attempt<Answer>(
    _ request: HTTPRequest, _ credential: Credential,
    _ perform: (HTTPRequest) async throws(HTTPTransportError) -> Answer
  ) async throws(KubernetesError) -> Answer {
    var request = request
    credential.apply(to: &request)
    do { return try await perform(request) } catch { throw .transport(error) }
  }

  /// The answer as JSON.
  func json(_ request: APIRequest) async throws(KubernetesError) -> JSONValue {
    let body = try await send(request)
    do { return try JSONValue(parsing: body) } catch {
      throw .unreadable(subject: "The API server's answer to \(request.subject)", reason: "it is no JSON: \(error)")
    }
  }

  func object<Resource: KubernetesResource>(_ request: APIRequest) async throws(KubernetesError) -> Resource {
    guard let object = Resource(reading: try await json(request)) else {
      throw .unreadable(subject: "The API server's answer to \(request.subject)", reason: "it is no object with a name")
    }
    return object
  }
}
