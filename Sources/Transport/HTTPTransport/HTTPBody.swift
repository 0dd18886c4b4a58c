/// The bytes of a body as they arrive, in pieces of any size; read by one consumer. Letting go of it ends the transfer.
package final class HTTPBody: AsyncSequence, Sendable {
  package typealias Element = [UInt8]
  package typealias Failure = HTTPTransportError

  private let exchange: Exchange

  init(_ exchange: Exchange) {
    self.exchange = exchange
  }

  deinit {
    exchange.cancel()
  }

  /// Everything that has arrived since the last call, at least one byte; `nil` at the end.
  package func next() async throws(HTTPTransportError) -> [UInt8]? {
    try await exchange.next()
  }

  /// Ends the transfer; the consumer sees `.cancelled`.
  package func cancel() {
    exchange.cancel()
  }

  package func makeAsyncIterator() -> Iterator { Iterator(body: self) }

  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let body: HTTPBody

    package func next() async throws(HTTPTransportError) -> [UInt8]? {
      try await body.next()
    }

    package func next(isolation actor: isolated (any Actor)?) async throws(HTTPTransportError) -> [UInt8]? {
      try await body.next()
    }
  }
}
