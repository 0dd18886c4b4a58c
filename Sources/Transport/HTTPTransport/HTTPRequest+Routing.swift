/// How a server is asked for and checked under another name than it is reached by. libcurl takes the name from the URL,
/// so the URL gets it, and `CURLOPT_CONNECT_TO` leads back to where the request goes.
extension HTTPRequest {
  func routedURL(_ tls: HTTPTransportConfiguration.TLS) -> String {
    guard let name = serverName(tls) else { return url }
    let slice = endpointSlice
    let port = endpointParts.port.map { ":\($0)" } ?? ""
    return "\(url[..<slice.startIndex])\(Self.bracketed(name))\(port)\(url[slice.endIndex...])"
  }

  /// The value of `CURLOPT_CONNECT_TO`: every host and port of this request goes there.
  func route(_ tls: HTTPTransportConfiguration.TLS) -> String? {
    guard serverName(tls) != nil else { return nil }
    return "::\(endpointParts.host):\(endpointParts.port ?? "443")"
  }

  private func serverName(_ tls: HTTPTransportConfiguration.TLS) -> String? {
    guard let name = tls.serverName, url.hasPrefix("https:"), name != endpointParts.host else { return nil }
    return name
  }

  /// The host as the URL has it, an IPv6 address in its brackets.
  var endpointParts: (host: String, port: String?) {
    let endpoint = endpoint
    let hostEnd = endpoint.lastIndex(of: "]").map { endpoint.index(after: $0) } ?? endpoint.startIndex
    guard let colon = endpoint[hostEnd...].lastIndex(of: ":") else { return (endpoint, nil) }
    return (String(endpoint[..<colon]), String(endpoint[endpoint.index(after: colon)...]))
  }

  /// A loopback address or its name.
  var isForThisMachine: Bool {
    let host = endpointParts.host.lowercased()
    return host == "localhost" || host == "[::1]" || host.hasPrefix("127.") && host.split(separator: ".").count == 4
  }

  private static func bracketed(_ name: String) -> String {
    name.contains(":") ? "[\(name)]" : name
  }
}
