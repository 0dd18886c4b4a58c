package import ControlModel
package import HTTPTransport

/// The way to one runner: a socket, a pod's address, an API server's proxy. A request's URL is a path from `/` on.
package protocol RunnerChannel: Sendable {
  /// The whole answer, whatever its status.
  func send(_ request: HTTPRequest) async throws(ControlFailure) -> HTTPResponse

  /// Returns with the head of an answer of 200; any other answer is short, and read whole.
  func open(_ request: HTTPRequest) async throws(ControlFailure) -> RunnerAnswer
}

package enum RunnerAnswer: Sendable {
  case stream(HTTPBody)
  case answer(HTTPResponse)

  /// A short answer is read to its end, as far as it comes.
  package init(_ stream: HTTPStream) async {
    if stream.status == 200 {
      self = .stream(stream.body)
      return
    }
    var body: [UInt8] = []
    while body.count < 1 << 16, let piece = try? await stream.body.next() { body += piece }
    self = .answer(HTTPResponse(status: stream.status, headers: stream.headers, body: body))
  }
}

/// Straight to the runner.
package struct DirectChannel: RunnerChannel {
  private let transport: HTTPTransport
  private let baseURL: String

  /// `baseURL` has no slash at its end; over a unix socket, which the transport is configured for, any host will do.
  package init(_ transport: HTTPTransport, baseURL: String = "http://runner") {
    self.transport = transport
    self.baseURL = baseURL
  }

  package func send(_ request: HTTPRequest) async throws(ControlFailure) -> HTTPResponse {
    do { return try await transport.send(absolute(request)) } catch { throw ControlFailure(error) }
  }

  package func open(_ request: HTTPRequest) async throws(ControlFailure) -> RunnerAnswer {
    let stream: HTTPStream
    do { stream = try await transport.stream(absolute(request)) } catch { throw ControlFailure(error) }
    return await RunnerAnswer(stream)
  }

  private func absolute(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    request.url = baseURL + request.url
    return request
  }
}
