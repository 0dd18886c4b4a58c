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
  /// How connections of HTTP/2 are found that lead nowhere though nobody closed them; `nil` trusts TCP alone.
  package var probe: Probe?

  /// A middle box that lost its backend acknowledges what it is sent and brings nothing back. A connection to the
  /// endpoint of `url` that brings no byte for `silence` is asked for that, and given up when it brings none for
  /// `patience` more: so does Kubernetes' own client, by PING frames, which libcurl 7.88 cannot send.
  package struct Probe: Sendable {
    /// Absolute. It is asked for without credentials: whatever is answered is a sign of life.
    package var url: String
    package var silence: Duration
    package var patience: Duration

    package init(url: String, silence: Duration = .seconds(30), patience: Duration = .seconds(15)) {
      self.url = url
      self.silence = silence
      self.patience = patience
    }
  }

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
    userAgent: String = "paddock", probe: Probe? = nil
  ) {
    self.unixSocketPath = unixSocketPath
    self.tls = tls
    self.proxy = proxy
    self.connectTimeout = connectTimeout
    self.totalTimeout = totalTimeout
    self.highWaterMark = highWaterMark
    self.maximumBodySize = maximumBodySize
    self.userAgent = userAgent
    self.probe = probe
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
