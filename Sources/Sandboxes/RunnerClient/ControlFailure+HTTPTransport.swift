package import ControlModel
package import HTTPTransport

extension ControlFailure {
  package init(_ error: HTTPTransportError) {
    let code: Code =
      switch error {
      case .invalidRequest: .internalError
      case .unreachable, .timedOut, .closedEarly, .closed: .unavailable
      case .untrusted: .permissionDenied
      case .protocolError, .bodyTooLarge: .malformed
      case .cancelled: .cancelled
      }
    self.init(code, "The runner does not answer as it should: \(error.description)")
  }
}
