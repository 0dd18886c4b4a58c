import ControlModel
import HTTPTransport

/// The requests of one API server, as one user. Every error names what was asked for.
package struct KubernetesAPI: Sendable {
  /// For one attempt at anything but a list.
  package static let requestTimeout = Duration.seconds(30)
  package static let listTimeout = Duration.seconds(60)

  package let connection: APIServerConnection

  package init(_ connection: APIServerConnection) {
    self.connection = connection
  }

  /// Makes the request, again where that helps, and returns an answer that is no failure.
  func send(_ request: APIRequest) async throws(KubernetesError) -> [UInt8] {
    var policy = RetryPolicy(retries: request.retries, isRepeatable: request.isRepeatable)
    while true {
      let credentials = try await connection.credentials.headers()
      do throws(KubernetesError) {
        return try await attempt(request, credentials)
      } catch {
        switch policy.decide(error) {
        case .giveUp: throw error
        case .renewCredentials: guard await connection.credentials.refused(credentials) else { throw error }
        case .retry(let wait): guard (try? await Task.sleep(for: wait)) != nil else { throw error }
        }
      }
    }
  }

  private func attempt(_ request: APIRequest, _ credentials: HTTPHeaders) async throws(KubernetesError) -> [UInt8] {
    var http = request.httpRequest(server: connection.server, credentials: credentials)
    http.totalTimeout = request.timeout ?? Self.requestTimeout
    let response: HTTPResponse
    do { response = try await connection.transport.send(http) } catch { throw .transport(error) }
    guard (200..<300).contains(response.status) else {
      throw .refused(KubernetesStatus(response.status, response.headers, response.body), request.subject)
    }
    return response.body
  }

  /// The head of a stream that is no failure. Only credentials are tried again: whoever streams has a pace of its own.
  func stream(_ request: APIRequest) async throws(KubernetesError) -> HTTPStream {
    let credentials = try await connection.credentials.headers()
    do throws(KubernetesError) {
      return try await openStream(request, credentials)
    } catch {
      guard error.status?.isUnauthorized == true, await connection.credentials.refused(credentials) else { throw error }
    }
    return try await openStream(request, connection.credentials.headers())
  }

  private func openStream(_ request: APIRequest, _ credentials: HTTPHeaders) async throws(KubernetesError) -> HTTPStream
  {
    let http = request.httpRequest(server: connection.server, credentials: credentials)
    do {
      let stream = try await connection.transport.stream(http)
      if stream.status == 200 { return stream }
      // A failure's text is short; what is longer is not read.
      var body: [UInt8] = []
      while body.count < 1 << 16, let piece = try await stream.body.next() { body += piece }
      throw KubernetesError.refused(KubernetesStatus(stream.status, stream.headers, body), request.subject)
    } catch let error as HTTPTransportError {
      throw .transport(error)
    } catch let error as KubernetesError {
      throw error
    } catch {
      throw .unreadable(subject: "The answer", reason: "\(error)")
    }
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

extension KubernetesStatus {
  init(_ httpStatus: Int, _ headers: HTTPHeaders, _ body: [UInt8]) {
    self.init(httpStatus: httpStatus, body: body)
    retryAfterHeader = headers["Retry-After"].flatMap { Int64($0) }
  }
}
