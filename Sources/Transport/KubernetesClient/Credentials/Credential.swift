package import HTTPTransport

/// What one request shows to the API server.
package enum Credential: Sendable, Hashable {
  /// Nothing beyond the connection's own client certificate.
  case none
  case bearer(String)
  case basic(user: String, password: String)
  /// Instead of the connection's own; goes into `HTTPRequest.identity`.
  case certificate(TLSIdentity)
  /// What some plugins hand out: both at once.
  case bearerAndCertificate(String, TLSIdentity)
}

extension Credential {
  /// Adds what it has to say; leaves an `Authorization` alone that the request brings itself.
  package func apply(to request: inout HTTPRequest) {
    if let identity { request.identity = identity }
    if let authorization, request.headers["Authorization"] == nil {
      request.headers.append("Authorization", authorization)
    }
  }

  package var identity: TLSIdentity? {
    switch self {
    case .certificate(let identity), .bearerAndCertificate(_, let identity): identity
    case .none, .bearer, .basic: nil
    }
  }

  private var authorization: String? {
    switch self {
    case .none, .certificate: nil
    case .bearer(let token), .bearerAndCertificate(let token, _): "Bearer \(token)"
    case .basic(let user, let password): "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"
    }
  }
}

/// It is printed in logs and failures of tests: its kind alone is said.
extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String {
    switch self {
    case .none: "no credential"
    case .bearer: "a bearer token"
    case .basic(let user, _): "the password of \(user)"
    case .certificate: "a client certificate"
    case .bearerAndCertificate: "a bearer token and a client certificate"
    }
  }

  package var debugDescription: String { description }

  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Where the credentials of one connection come from; asked before every request, so it answers from memory while
/// what it has is good.
package protocol CredentialSource: Sendable {
  func current() async throws(KubernetesError) -> Credential

  /// The API server answered 401 to it: the next `current()` gets a fresh one, for one more try. Without effect when
  /// the credential has been replaced meanwhile.
  func refused(_ credential: Credential) async
}
