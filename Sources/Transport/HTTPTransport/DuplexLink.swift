import CCurl
import Glibc

/// A raw connection by libcurl, which does name, proxy and TLS, and then only carries bytes; belongs to the event loop's
/// thread.
///
/// It has a multi handle of its own: libcurl counts a raw connection among the idle ones, and closes those that are two
/// minutes old whenever another request starts on the same multi handle.
final class DuplexLink {
  let channel: DuplexChannel
  /// Marks its sockets among those of the event loop.
  let owner: UInt32
  private let handle: UnsafeMutableRawPointer
  private let multi: UnsafeMutableRawPointer
  private let epoll: Int32
  private let started = ContinuousClock.now
  private var route: UnsafeMutablePointer<curl_slist>?
  private var directory: Int32 = -1
  /// -1 until the connection is there.
  private var socket: Int32 = -1
  private var interest: Int32 = 0
  /// How much of the first outgoing piece is sent.
  private var sentCount = 0
  private var closingSince: ContinuousClock.Instant?
  /// When it wants `work` to be called although no socket is ready.
  private(set) var timer: ContinuousClock.Instant?

  init(
    _ channel: DuplexChannel, owner: UInt32, epoll: Int32, _ configuration: HTTPTransportConfiguration
  ) throws(HTTPTransportError) {
    guard let handle = curl_easy_init() else { throw .invalidRequest("libcurl has no handle for it") }
    guard let multi = curl_multi_init() else {
      curl_easy_cleanup(handle)
      throw .invalidRequest("libcurl has no handle for it")
    }
    (self.handle, self.multi, self.channel, self.owner, self.epoll) = (handle, multi, channel, owner, epoll)
    var options = CurlOptions(handle)
    options.set(configuration, for: channel.request)
    route = options.connectTo(configuration.tls, channel.request)
    options.set(CURLOPT_URL, channel.request.routedURL(configuration.tls))
    options.set(CURLOPT_CONNECT_ONLY, 1)
    options.set(CURLOPT_HTTPPROXYTUNNEL, 1)
    options.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    if let path = configuration.unixSocketPath {
      let socket = try SocketPath(path)
      directory = socket.directory
      options.set(CURLOPT_UNIX_SOCKET_PATH, socket.text)
    }
    if let option = options.refused { throw .invalidRequest("libcurl refuses the option \(option.rawValue)") }
    try start()
  }

  deinit {
    if socket >= 0 { _ = curl_shim_watch(epoll, socket, CURL_POLL_REMOVE, owner) }
    curl_multi_remove_handle(multi, handle)
    curl_easy_cleanup(handle)
    curl_multi_cleanup(multi)
    curl_slist_free_all(route)
    if directory >= 0 { Glibc.close(directory) }
  }

  private func start() throws(HTTPTransportError) {
    let code = curl_shim_multi_set_callbacks(
      multi,
      { _, socket, what, context, _ in
        guard let context else { return -1 }
        let link = Unmanaged<DuplexLink>.fromOpaque(context).takeUnretainedValue()
        return curl_shim_watch(link.epoll, socket, what, link.owner)
      },
      { _, milliseconds, context in
        guard let context else { return -1 }
        let link = Unmanaged<DuplexLink>.fromOpaque(context).takeUnretainedValue()
        link.timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
        return 0
      }, Unmanaged.passUnretained(self).toOpaque())
    guard code == CURLM_OK, curl_multi_add_handle(multi, handle) == CURLM_OK else {
      throw .invalidRequest("libcurl has no room for it")
    }
  }

  /// When it has taken too long.
  var deadline: ContinuousClock.Instant? {
    if let closingSince { return closingSince + .seconds(5) }
    return channel.hasHandedOver ? nil : started + channel.limit
  }

  // MARK: Work

  /// The end, once it is reached.
  func work(_ ready: curl_shim_ready) -> Result<Void, HTTPTransportError>? {
    socket < 0 ? connect(ready.descriptor, ready.events) : move()
  }

  func workOnTime() -> Result<Void, HTTPTransportError>? {
    timer = nil
    return socket < 0 ? connect(curl_shim_no_socket(), 0) : move()
  }

  func beginClosing() -> Result<Void, HTTPTransportError>? {
    if closingSince == nil { closingSince = .now }
    return socket < 0 ? .success(()) : move()
  }

  private func connect(_ descriptor: Int32, _ events: Int32) -> Result<Void, HTTPTransportError>? {
    var running: Int32 = 0
    curl_multi_socket_action(multi, descriptor, events, &running)
    var code = CURLE_OK
    guard curl_shim_next_ended(multi, &code) != nil else { return nil }
    guard code == CURLE_OK else {
      return .failure(HTTPTransportError(code, on: handle, endpoint: channel.endpoint))
    }
    socket = curl_shim_active_socket(handle)
    timer = nil
    guard socket >= 0 else { return .failure(.closedEarly(endpoint: channel.endpoint)) }
    return move()
  }

  /// Moves what can be moved. TLS may hold bytes that the socket does not announce, so both directions are always tried.
  func move() -> Result<Void, HTTPTransportError>? {
    guard socket >= 0 else { return nil }
    if let end = send() ?? receive() { return end }
    let isIdle = channel.firstOutgoing == nil
    if isIdle, channel.isClosing { return .success(()) }
    let wanted = (channel.hasRoom ? CURL_POLL_IN : 0) | (isIdle ? 0 : CURL_POLL_OUT)
    if wanted != interest {
      interest = wanted
      guard curl_shim_watch(epoll, socket, wanted, owner) == 0 else {
        return .failure(.unreachable(endpoint: channel.endpoint, reason: systemText(errno)))
      }
    }
    return nil
  }

  private func send() -> Result<Void, HTTPTransportError>? {
    while let piece = channel.firstOutgoing {
      var count = 0
      let code = piece.withUnsafeBytes {
        curl_easy_send(handle, $0.baseAddress?.advanced(by: sentCount), $0.count - sentCount, &count)
      }
      if code == CURLE_AGAIN { return nil }
      guard code == CURLE_OK else { return .failure(.closedEarly(endpoint: channel.endpoint)) }
      sentCount += count
      if sentCount == piece.count {
        sentCount = 0
        channel.sent()
      }
    }
    return nil
  }

  private func receive() -> Result<Void, HTTPTransportError>? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    // A peer that never pauses must not keep the others waiting.
    for _ in 0..<16 where channel.hasRoom {
      var count = 0
      let code = buffer.withUnsafeMutableBytes { curl_easy_recv(handle, $0.baseAddress, $0.count, &count) }
      if code == CURLE_AGAIN { return nil }
      guard code == CURLE_OK else { return .failure(.closedEarly(endpoint: channel.endpoint)) }
      if count == 0 { return .success(()) }
      channel.receive(buffer[..<count])
    }
    if channel.hasRoom { timer = .now }
    return nil
  }
}
