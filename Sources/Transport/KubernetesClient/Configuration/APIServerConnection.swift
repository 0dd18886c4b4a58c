package import HTTPTransport

/// Everything that is needed to speak to one API server as one user.
package struct APIServerConnection: Sendable {
  /// Scheme, host, port and path prefix, without a slash at the end.
  package var baseURL: String
  package var tls: HTTPTransportConfiguration.TLS
  package var proxy: HTTPTransportConfiguration.Proxy
  /// Where requests without a namespace go.
  package var namespace: String
  /// The context it was made from; `nil` in a cluster.
  package var context: String?
  /// For people; the user's name in the kubeconfig, or of the service account.
  package var user: String
  /// Goes into every request: whom the user acts as.
  package var impersonation: HTTPHeaders
  package var credentials: any CredentialSource

  package init(
    baseURL: String, tls: HTTPTransportConfiguration.TLS = .init(),
    proxy: HTTPTransportConfiguration.Proxy = .environment, namespace: String = "default", context: String? = nil,
    user: String = "", impersonation: HTTPHeaders = [:], credentials: any CredentialSource = NoCredentials()
  ) {
    self.baseURL = baseURL
    self.tls = tls
    self.proxy = proxy
    self.namespace = namespace
    self.context = context
    self.user = user
    self.impersonation = impersonation
    self.credentials = credentials
  }

  /// What a transport for this server needs; its other fields can be changed.
  package var transportConfiguration: HTTPTransportConfiguration {
    HTTPTransportConfiguration(tls: tls, proxy: proxy, probe: .init(url: baseURL + "/version"))
  }
}

/// For connections that need none, or whose client certificate says it all.
package struct NoCredentials: CredentialSource {
  package init() {}

  package func current() async throws(KubernetesError) -> Credential { .none }

  package func refused(_ credential: Credential) async {}
}
