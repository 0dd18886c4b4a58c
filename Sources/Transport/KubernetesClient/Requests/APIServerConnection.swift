package import HTTPTransport

/// Where an API server is, and as whom to speak to it.
package struct APIServerConnection: Sendable {
  package var transport: HTTPTransport
  /// `https://host:port` and perhaps a path, without a slash at its end.
  package var server: String
  package var credentials: any CredentialSource

  package init(_ transport: HTTPTransport, server: String, credentials: any CredentialSource) {
    self.transport = transport
    self.server = server
    self.credentials = credentials
  }
}

/// What identifies us to an API server beside a client certificate, which belongs to the transport.
package protocol CredentialSource: Sendable {
  /// The fields for the head of a request that is about to be sent.
  func headers() async throws(KubernetesError) -> HTTPHeaders

  /// The API server answered 401 to these fields. `true` when there are others to be tried.
  func refused(_ headers: HTTPHeaders) async -> Bool
}

/// A client certificate, a proxy that knows us, or nobody in particular.
package struct NoCredentials: CredentialSource {
  package init() {}
  package func headers() -> HTTPHeaders { [:] }
  package func refused(_ headers: HTTPHeaders) -> Bool { false }
}
