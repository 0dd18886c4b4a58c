import CCurl

/// Sets options on one easy handle and remembers the first that libcurl refused.
struct CurlOptions {
  private let handle: UnsafeMutableRawPointer
  private(set) var refused: CURLoption?

  init(_ handle: UnsafeMutableRawPointer) {
    self.handle = handle
  }

  mutating func set(_ option: CURLoption, _ value: Int) {
    note(option, curl_shim_set_long(handle, option, value))
  }

  mutating func set(_ option: CURLoption, _ value: String) {
    note(option, curl_shim_set_string(handle, option, value))
  }

  mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer) {
    note(option, curl_shim_set_pointer(handle, option, value))
  }

  mutating func set(_ option: CURLoption, _ callback: @escaping curl_shim_data_callback) {
    note(option, curl_shim_set_callback(handle, option, callback))
  }

  mutating func set(_ option: CURLoption, blob: [UInt8]) {
    note(option, blob.withUnsafeBytes { curl_shim_set_blob(handle, option, $0.baseAddress, $0.count) })
  }

  private mutating func note(_ option: CURLoption, _ code: CURLcode) {
    if code != CURLE_OK, refused == nil { refused = option }
  }

  // MARK: Groups

  /// What every connection for the request needs.
  mutating func set(_ configuration: HTTPTransportConfiguration, for request: HTTPRequest) {
    // Signals would hit the whole process.
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    for option in [CURLOPT_TCP_KEEPIDLE, CURLOPT_TCP_KEEPINTVL] { set(option, 15) }
    note(CURLOPT_SOCKOPTFUNCTION, curl_shim_give_up_silent_peers(handle))
    // What nobody used for as long may lead nowhere, and nobody has asked.
    if let probe = configuration.probe { set(CURLOPT_MAXAGE_CONN, max(1, Int(probe.silence.components.seconds))) }
    set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
    set(CURLOPT_USERAGENT, configuration.userAgent)
    set(configuration.tls, identity: request.identity ?? configuration.tls.identity)
    set(configuration.proxy, for: request)
  }

  mutating func set(_ request: HTTPRequest) {
    // Many requests to one HTTP/2 server share its connection; over plain HTTP waiting for one would only cost time.
    if request.url.hasPrefix("https:") { set(CURLOPT_PIPEWAIT, 1) }
    if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "") }
    if let body = request.body {
      note(CURLOPT_POSTFIELDSIZE_LARGE, curl_shim_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, body.count))
      let code = body.withUnsafeBytes { bytes in
        // An empty body has no address, and a null pointer would mean reading it from a callback.
        guard let base = bytes.baseAddress else { return curl_shim_set_string(handle, CURLOPT_COPYPOSTFIELDS, "") }
        return curl_shim_set_string(handle, CURLOPT_COPYPOSTFIELDS, base.assumingMemoryBound(to: CChar.self))
      }
      note(CURLOPT_COPYPOSTFIELDS, code)
    }
    if request.method == "HEAD" { set(CURLOPT_NOBODY, 1) }
    set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  private mutating func set(_ tls: HTTPTransportConfiguration.TLS, identity: TLSIdentity?) {
    if let authorities = tls.authorities {
      for option in [CURLOPT_CAINFO_BLOB, CURLOPT_PROXY_CAINFO_BLOB] { set(option, blob: authorities) }
      // Debian's libcurl is built with a folder of authorities, which it trusts besides.
      for option in [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] { note(option, curl_shim_set_string(handle, option, nil)) }
    }
    if let identity {
      set(CURLOPT_SSLCERT_BLOB, blob: identity.certificate)
      set(CURLOPT_SSLKEY_BLOB, blob: identity.key)
    }
    guard tls.isInsecure else { return }
    for option in [CURLOPT_SSL_VERIFYPEER, CURLOPT_SSL_VERIFYHOST] { set(option, 0) }
    for option in [CURLOPT_PROXY_SSL_VERIFYPEER, CURLOPT_PROXY_SSL_VERIFYHOST] { set(option, 0) }
  }

  private mutating func set(_ proxy: HTTPTransportConfiguration.Proxy, for request: HTTPRequest) {
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    switch proxy {
    case .none: set(CURLOPT_PROXY, "")
    // No proxy of an environment is meant for this machine itself; `NO_PROXY` seldom says so.
    case .environment: if request.isForThisMachine { set(CURLOPT_PROXY, "") }
    case .url(let url, let exceptions):
      set(CURLOPT_PROXY, url)
      set(CURLOPT_NOPROXY, exceptions)
    }
  }

  /// Leads to the request's own host where the URL bears another name. The list belongs to the caller and must outlive
  /// the transfer.
  mutating func connectTo(_ tls: HTTPTransportConfiguration.TLS, _ request: HTTPRequest)
    -> UnsafeMutablePointer<curl_slist>?
  {
    guard let route = request.route(tls) else { return nil }
    let list = curl_slist_append(nil, route)
    note(CURLOPT_CONNECT_TO, curl_shim_set_list(handle, CURLOPT_CONNECT_TO, list))
    return list
  }

  /// The list belongs to the caller and must outlive the transfer.
  mutating func headers(of request: HTTPRequest, _ tls: HTTPTransportConfiguration.TLS)
    -> UnsafeMutablePointer<curl_slist>?
  {
    // libcurl's spelling: `Name;` sends an empty field, and `Name:` takes away one of its own: waiting for
    // `100 Continue`, and a form's content type.
    var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
    if request.headers["Host"] == nil, request.route(tls) != nil { lines.append("Host: \(request.endpoint)") }
    if request.headers["Expect"] == nil { lines.append("Expect:") }
    if request.body != nil, request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    let list = lines.reduce(nil) { list, line in curl_slist_append(list, line) ?? list }
    note(CURLOPT_HTTPHEADER, curl_shim_set_list(handle, CURLOPT_HTTPHEADER, list))
    return list
  }
}
