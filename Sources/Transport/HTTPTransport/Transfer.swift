import CCurl
import Glibc

/// One easy handle with all it needs while it lives; belongs to the event loop's thread.
final class Transfer {
  let exchange: Exchange
  let handle: UnsafeMutableRawPointer
  private var fields: UnsafeMutablePointer<curl_slist>?
  private var route: UnsafeMutablePointer<curl_slist>?
  private var headReader = HeadReader()
  /// Keeps a socket's directory at hand until the transfer has ended; -1 for none.
  private var directory: Int32 = -1
  private var lastSign = ContinuousClock.now
  private(set) var isPaused = false
  private var hasBegun = false

  init(_ exchange: Exchange, _ configuration: HTTPTransportConfiguration) throws(HTTPTransportError) {
    guard let handle = curl_easy_init() else { throw .invalidRequest("libcurl has no handle for it") }
    self.exchange = exchange
    self.handle = handle
    var options = CurlOptions(handle)
    options.set(exchange.request)
    options.set(configuration, for: exchange.request)
    options.set(CURLOPT_URL, exchange.request.routedURL(configuration.tls))
    if exchange.isLimited {
      let limit = exchange.request.totalTimeout ?? configuration.totalTimeout
      options.set(CURLOPT_TIMEOUT_MS, limit.milliseconds)
    }
    fields = options.headers(of: exchange.request, configuration.tls)
    route = options.connectTo(configuration.tls, exchange.request)
    if let path = configuration.unixSocketPath {
      let socket = try SocketPath(path)
      directory = socket.directory
      options.set(CURLOPT_UNIX_SOCKET_PATH, socket.text)
    }
    setCallbacks(&options)
    if let option = options.refused { throw .invalidRequest("libcurl refuses the option \(option.rawValue)") }
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(fields)
    curl_slist_free_all(route)
    if directory >= 0 { Glibc.close(directory) }
  }

  /// When the peer will have been silent for too long; a peer that is made to wait cannot be.
  var deadline: ContinuousClock.Instant? {
    guard let limit = exchange.request.idleTimeout else { return nil }
    return (isPaused ? .now : lastSign) + limit
  }

  func resume() {
    isPaused = false
    lastSign = .now
    curl_easy_pause(handle, CURLPAUSE_CONT)
  }

  // MARK: Its connection

  /// Transfers that share a connection have the same; all on unix sockets, which have none, too.
  var localPort: Int {
    var port = 0
    return curl_shim_get_long(handle, CURLINFO_LOCAL_PORT, &port) == CURLE_OK ? port : 0
  }

  /// Known once the response has begun.
  var isMultiplexed: Bool {
    var version = 0
    return curl_shim_get_long(handle, CURLINFO_HTTP_VERSION, &version) == CURLE_OK && version == CURL_HTTP_VERSION_2_0
  }

  /// The response has begun, and its consumer keeps up.
  var isFlowing: Bool { hasBegun && !isPaused }

  /// Sends what libcurl holds back for the connection. Nothing is sent by a transfer that flows: to pause that and go on
  /// changes nothing else.
  func flushConnection() {
    for state in [CURLPAUSE_SEND, CURLPAUSE_CONT] { curl_easy_pause(handle, state) }
  }

  /// When this transfer is the last on it, and ends before its time.
  func closeConnectionUnlessShared() {
    curl_shim_set_long(handle, CURLOPT_FORBID_REUSE, 1)
  }

  func result(of code: CURLcode) -> Result<Void, HTTPTransportError> {
    code == CURLE_OK ? .success(()) : .failure(HTTPTransportError(code, on: handle, endpoint: exchange.endpoint))
  }

  // MARK: Callbacks

  private func setCallbacks(_ options: inout CurlOptions) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    options.set(CURLOPT_PRIVATE, context)
    options.set(CURLOPT_HEADERDATA, context)
    options.set(CURLOPT_WRITEDATA, context)
    options.set(CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let context, let data else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receive(line: UnsafeRawBufferPointer(start: data, count: size * count))
    }
    options.set(CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let context, let data else { return 0 }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      return transfer.receive(bytes: UnsafeRawBufferPointer(start: data, count: size * count))
    }
  }

  private func receive(line: UnsafeRawBufferPointer) -> Int {
    lastSign = .now
    hasBegun = true
    if let head = headReader.read(line) { exchange.receive(head: head) }
    return line.count
  }

  private func receive(bytes: UnsafeRawBufferPointer) -> Int {
    lastSign = .now
    if exchange.receive(bytes) { return bytes.count }
    isPaused = true
    return curl_shim_write_pause()
  }
}
