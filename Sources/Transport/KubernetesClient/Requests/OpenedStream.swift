package import HTTPTransport

/// How a request for a stream was answered.
package enum OpenedStream: Sendable {
  /// 200, and a body that is still on its way.
  case stream(HTTPStream)
  /// Anything else, read whole.
  case answer(HTTPResponse)
}

/// An answer that can say that the asker is not known.
protocol StatusBearing {
  var isUnauthorized: Bool { get }
}

extension HTTPResponse: StatusBearing {
  /// A 401 that is no `Status` comes from what a proxy leads to, unless it has no body at all.
  var isUnauthorized: Bool { status == 401 && (body.isEmpty || !KubernetesStatus(self).isForeign) }

  func check(_ subject: RequestSubject) throws(KubernetesError) {
    guard status >= 300 || status < 200 else { return }
    throw .refused(KubernetesStatus(self), subject)
  }
}

extension OpenedStream: StatusBearing {
  var isUnauthorized: Bool {
    guard case .answer(let response) = self else { return false }
    return response.isUnauthorized
  }
}

extension HTTPUpgrade: StatusBearing {
  var isUnauthorized: Bool {
    guard case .answered(let response) = self else { return false }
    return response.isUnauthorized
  }
}

extension KubernetesStatus {
  init(_ response: HTTPResponse) {
    self.init(httpStatus: response.status, body: response.body)
    retryAfterHeader = response.headers["Retry-After"].flatMap { Int64($0) }
  }
}
