import CCurl

/// HTTP/1.1 and HTTP/2 by libcurl: any number of exchanges at a time on one thread of its own, connections kept alive.
/// No redirect is followed and no status is an error.
package final class HTTPTransport: Sendable {
  let configuration: HTTPTransportConfiguration
  let inbox: Inbox

  package init(_ configuration: HTTPTransportConfiguration = .init()) throws(HTTPTransportError) {
    self.configuration = configuration
    inbox = try EventLoop.start(configuration)
  }

  deinit {
    close()
  }

  /// Sends a request and reads its whole response.
  package func send(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
    let exchange = try start(request, isLimited: true)
    let head = try await exchange.head()
    var body: [UInt8] = []
    while let bytes = try await exchange.next() {
      guard body.count + bytes.count <= configuration.maximumBodySize else {
        exchange.cancel()
        throw .bodyTooLarge(endpoint: exchange.endpoint, limit: configuration.maximumBodySize)
      }
      if body.isEmpty { body = bytes } else { body.append(contentsOf: bytes) }
    }
    return HTTPResponse(status: head.status, headers: head.headers, body: body)
  }

  /// Sends a request and returns when the head of its response is there; the body follows at its consumer's pace.
  package func stream(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPStream {
    let exchange = try start(request, isLimited: false)
    let head = try await exchange.head()
    return HTTPStream(status: head.status, headers: head.headers, body: HTTPBody(exchange))
  }

  /// Ends every exchange with `.closed`. The last reference does it, too.
  package func close() {
    inbox.post(.stop)
  }

  private func start(_ request: HTTPRequest, isLimited: Bool) throws(HTTPTransportError) -> Exchange {
    try request.validate()
    if Task.isCancelled { throw .cancelled }
    let exchange = Exchange(
      request, isLimited: isLimited, endpoint: configuration.unixSocketPath ?? request.endpoint,
      highWaterMark: configuration.highWaterMark, inbox: inbox)
    guard inbox.post(.start(exchange)) else { throw .closed }
    return exchange
  }
}
