import HTTPTransport

extension Kubeconfig.Cluster {
  func tls() throws(KubernetesError) -> HTTPTransportConfiguration.TLS {
    guard !isInsecure || authorities == nil else {
      throw place.failure("insecure-skip-tls-verify", "is set beside a certificate-authority: one of them must go")
    }
    var certificates: [UInt8]?
    if let bundle = try authorities?.pem("certificate-authority", in: place) {
      certificates = PEMCertificates.readable(in: bundle)
      guard certificates != nil else {
        throw place.failure("certificate-authority", "holds no certificate that can be read")
      }
    }
    return .init(authorities: certificates, isInsecure: isInsecure, serverName: serverName)
  }

  func baseURL() throws(KubernetesError) -> String {
    guard var url = server else { throw place.failure("server", "is missing") }
    // As for kubectl: TLS where anything is said about it.
    if !url.contains("://") { url = (isInsecure || authorities != nil ? "https://" : "http://") + url }
    guard url.hasPrefix("https://") || url.hasPrefix("http://"), let start = url.firstRange(of: "://"),
      url[start.upperBound...].first.map({ !"/?#".contains($0) }) == true,
      !url.contains(where: { $0.isWhitespace || $0 == "?" || $0 == "#" }), !url.contains("@")
    else { throw place.failure("server", "is not an http or https URL of a server") }
    while url.hasSuffix("/") { url.removeLast() }
    return url
  }

  func proxy() throws(KubernetesError) -> HTTPTransportConfiguration.Proxy {
    guard let proxyURL else { return .environment }
    guard ["http://", "https://", "socks5://"].contains(where: { proxyURL.hasPrefix($0) }) else {
      throw place.failure("proxy-url", "is not an http, https or socks5 URL")
    }
    // Names are resolved by the proxy, as kubectl has it.
    let url = proxyURL.hasPrefix("socks5://") ? "socks5h" + proxyURL.dropFirst("socks5".count) : proxyURL
    return .url(url, exceptFor: "")
  }
}

extension Kubeconfig.Material {
  /// Its bytes, which are seen to be PEM.
  func pem(_ member: String, in place: ConfigurationPlace) throws(KubernetesError) -> [UInt8] {
    let bytes: [UInt8]
    let name: String
    switch self {
    case .embedded(let data): (bytes, name) = (data, "\(member)-data")
    case .file(let path):
      name = member
      do throws(ConfigurationProblem) {
        bytes = try ConfigurationFile.required(path)
      } catch {
        throw place.failure(member, "names \(path), which \(error.problem)")
      }
    }
    guard bytes.contains("-----BEGIN ".utf8) else { throw place.failure(name, "holds nothing in PEM") }
    return bytes
  }
}

extension Kubeconfig.User {
  func identity() throws(KubernetesError) -> TLSIdentity? {
    switch (certificate, key) {
    case (nil, nil): return nil
    case (nil, _): throw place.failure("client-certificate", "is missing beside its key")
    case (_, nil): throw place.failure("client-key", "is missing beside its certificate")
    case (let certificate?, let key?):
      return TLSIdentity(
        certificate: try certificate.pem("client-certificate", in: place), key: try key.pem("client-key", in: place))
    }
  }

  /// Tokens and passwords count before a plugin, as for kubectl.
  func credentials(
    for cluster: Kubeconfig.Cluster, _ tls: HTTPTransportConfiguration.TLS, _ environment: [String: String]
  ) throws(KubernetesError) -> any CredentialSource {
    let hasToken = token != nil || tokenFile != nil
    if let authProvider {
      throw place.failure(
        "auth-provider", "(\(authProvider)) is no longer supported, nor is it by kubectl: use an exec plugin")
    }
    if hasToken && (userName != nil || password != nil) {
      throw place.failure("token", "is given beside a username: one of them must go")
    }
    if let tokenFile { return TokenFileSource(path: tokenFile, user: name, fallback: token) }
    if let token { return StaticCredential(.bearer(token)) }
    if userName != nil || password != nil {
      return StaticCredential(.basic(user: userName ?? "", password: password ?? ""))
    }
    guard let plugin else { return NoCredentials() }
    let info = ExecPlugin.Cluster(
      server: try cluster.baseURL(), tls: tls, proxyURL: cluster.proxyURL, configuration: cluster.pluginConfiguration)
    return ExecCredentialSource(plugin, user: name, cluster: info, environment: environment)
  }
}
