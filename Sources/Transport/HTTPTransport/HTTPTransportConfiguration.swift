/// What all requests of one transport share.
package struct HTTPTransportConfiguration: Sendable {
  /// Connects to this socket instead of the URL's host. Any length: `sun_path`'s 107 bytes are worked around.
  package var unixSocketPath: String?
  package var tls: TLS
  package var proxy: Proxy
  package var connectTimeout: Duration
  /// For plain requests that do not say otherwise.
  package var totalTimeout: Duration
  /// Bytes of one body that may wait for their consumer; past it the peer is made to wait.
  package var highWaterMark: Int
  /// The largest body of a plain request, in bytes.
  package var maximumBodySize: Int
  /// Sent unless a request brings its own.
  package var userAgent: String

  /// PEM texts from memory; nothing is read from files but the system's authorities.
  package struct TLS: Sendable {
    /// Instead of the system's authorities.
    package var authorities: [UInt8]?
    /// Shown to servers that ask, unless a request brings its own.
    package var identity: TLSIdentity?
    /// Whoever answers is believed. For clusters whose kubeconfig says so.
    package var isInsecure: Bool
    /// Asked for and looked for in the certificate, instead of the URL's host.
    package var serverName: String?

    package init(
      authorities: [UInt8]? = nil, identity: TLSIdentity? = nil, isInsecure: Bool = false, serverName: String? = nil
    ) {
      self.authorities = authorities
      self.identity = identity
      self.isInsecure = isInsecure
      self.serverName = serverName
    }
  }

  package enum Proxy: Sendable {
    /// None, whatever the environment says.
    case none
    /// `http://host:port`, `socks5h://…`; `exceptFor` as in `NO_PROXY`.
    case url(String, exceptFor: String)
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`.
    case environment
  }

  package init(
    unixSocketPath: String? = nil, tls: TLS = TLS(), proxy: Proxy = .none, connectTimeout: Duration = .seconds(10),
    totalTimeout: Duration = .seconds(60), highWaterMark: Int = 1 << 20, maximumBodySize: Int = 1 << 30,
    userAgent: String = "paddock"
  ) {
    self.unixSocketPath = unixSocketPath
    self.tls = tls
    self.proxy = proxy
    self.connectTimeout = connectTimeout
    self.totalTimeout = totalTimeout
    self.highWaterMark = highWaterMark
    self.maximumBodySize = maximumBodySize
    self.userAgent = userAgent
  }
}

extension Duration {
  /// Rounded up, at least 1: for libcurl, 0 means no limit.
  var milliseconds: Int {
    let (seconds, attoseconds) = components
    let whole = min(max(seconds, 0), 1 << 30) * 1000
    return max(1, Int(whole + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
  }
}
