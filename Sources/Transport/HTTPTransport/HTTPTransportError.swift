/// Why an exchange failed. Nothing in it comes from headers, bodies or the user part of a URL.
package enum HTTPTransportError: Error, Sendable, Hashable {
  package enum Phase: String, Sendable, Hashable {
    case connect, total, idle
  }

  /// The request cannot be sent as it is; the text says why.
  case invalidRequest(String)
  /// `endpoint` is `host:port` or the path of a socket, here and below.
  case unreachable(endpoint: String, reason: String)
  case timedOut(endpoint: String, Phase)
  /// No TLS connection that both sides trust.
  case untrusted(endpoint: String, reason: String)
  /// The peer closed before the response was complete.
  case closedEarly(endpoint: String)
  /// The peer does not speak HTTP as it should.
  case protocolError(endpoint: String, reason: String)
  /// The body is larger than the configured limit, in bytes.
  case bodyTooLarge(endpoint: String, limit: Int)
  case cancelled
  /// The transport was closed.
  case closed
}

extension HTTPTransportError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .invalidRequest(let reason): "The request cannot be sent: \(reason)."
    case .unreachable(let endpoint, let reason): "\(endpoint) cannot be reached: \(reason)."
    case .timedOut(let endpoint, .connect): "\(endpoint) did not take the connection in time."
    case .timedOut(let endpoint, .total): "\(endpoint) did not answer in time."
    case .timedOut(let endpoint, .idle): "\(endpoint) fell silent."
    case .untrusted(let endpoint, let reason): "There is no trusted connection to \(endpoint): \(reason)."
    case .closedEarly(let endpoint): "\(endpoint) closed the connection before its answer was complete."
    case .protocolError(let endpoint, let reason): "\(endpoint) broke the protocol: \(reason)."
    case .bodyTooLarge(let endpoint, let limit): "The answer of \(endpoint) is larger than \(limit) bytes."
    case .cancelled: "The request was cancelled."
    case .closed: "The transport is closed."
    }
  }
}
