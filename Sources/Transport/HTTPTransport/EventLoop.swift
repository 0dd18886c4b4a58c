import CCurl
import Glibc

/// libcurl's multi interface over epoll, and the thread that owns it: what it costs grows with what happens, not with
/// the number of open streams. Only that thread touches this object and any easy handle.
final class EventLoop {
  private let multi: UnsafeMutableRawPointer
  let epoll: Int32
  /// Belongs to the inbox.
  private let bell: Int32
  let inbox: Inbox
  let configuration: HTTPTransportConfiguration
  var transfers: [ObjectIdentifier: Transfer] = [:]
  /// Those of the transfers' connections.
  var sockets: Set<Int32> = []
  var pulse: ConnectionPulse?
  var pulseDue: ContinuousClock.Instant?
  var links: [UInt32: DuplexLink] = [:]
  /// By channel: the keys of `links`.
  var owners: [ObjectIdentifier: UInt32] = [:]
  /// 0 stands for the multi handle of the transfers.
  var nextOwner: UInt32 = 0
  /// The earliest moment at which a raw connection wants to be called without a ready socket.
  var linkTimer: ContinuousClock.Instant?
  /// The earliest moment at which a transfer can have been silent for too long; they only move away.
  private var nextDeadline: ContinuousClock.Instant?

  /// When libcurl wants to be called although no socket is ready.
  private var timer: ContinuousClock.Instant?

  private init(
    _ multi: UnsafeMutableRawPointer, epoll: Int32, bell: Int32, _ configuration: HTTPTransportConfiguration
  ) {
    self.multi = multi
    self.epoll = epoll
    self.bell = bell
    self.configuration = configuration
    inbox = Inbox(bell: bell)
    pulse = configuration.probe.map(ConnectionPulse.init)
  }

  deinit {
    curl_multi_cleanup(multi)
    Glibc.close(epoll)
  }

  /// Starts a thread that runs until `Inbox.Command.stop`.
  static func start(_ configuration: HTTPTransportConfiguration) throws(HTTPTransportError) -> Inbox {
    guard isLibraryReady, let multi = curl_multi_init() else { throw .invalidRequest("libcurl does not start") }
    // libcurl opens another HTTP/2 connection past 100 streams; the server's own limit is the one that counts.
    curl_shim_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 10_000)
    let loop = EventLoop(multi, epoll: curl_shim_epoll(), bell: curl_shim_eventfd(), configuration)
    guard loop.epoll >= 0, loop.bell >= 0 else { throw loop.failure(errno) }
    try loop.watchSockets()
    var thread = pthread_t()
    let retained = Unmanaged.passRetained(loop)
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, retained.toOpaque())
    guard result == 0 else {
      retained.release()
      throw loop.failure(result)
    }
    pthread_detach(thread)
    return loop.inbox
  }

  private func failure(_ number: Int32) -> HTTPTransportError {
    _ = inbox.close()
    return .invalidRequest("there is no thread or descriptor for it: \(systemText(number))")
  }

  private func watchSockets() throws(HTTPTransportError) {
    let code = curl_shim_multi_set_callbacks(
      multi,
      { _, socket, what, context, _ in
        guard let context else { return -1 }
        let loop = Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue()
        if what == CURL_POLL_REMOVE { loop.sockets.remove(socket) } else { loop.sockets.insert(socket) }
        return curl_shim_watch(loop.epoll, socket, what, 0)
      },
      { _, milliseconds, context in
        guard let context else { return -1 }
        let loop = Unmanaged<EventLoop>.fromOpaque(context).takeUnretainedValue()
        loop.timer = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
        return 0
      }, Unmanaged.passUnretained(self).toOpaque())
    guard code == CURLM_OK, curl_shim_watch(epoll, bell, CURL_POLL_IN, 0) == 0 else { throw failure(errno) }
  }

  private func run() {
    var ready = [curl_shim_ready](repeating: curl_shim_ready(), count: 64)
    while carryOut(inbox.take()) {
      finishEnded()
      let count = curl_shim_wait(epoll, waitTimeout, &ready)
      var running: Int32 = 0
      for socket in ready.prefix(Int(count)) where socket.descriptor != bell {
        if socket.owner != 0 {
          work(socket)
        } else {
          curl_multi_socket_action(multi, socket.descriptor, socket.events, &running)
        }
      }
      workOnTime()
      finishEnded()
      expireSilent()
      takePulse()
    }
    refuse(inbox.close()[...])
    closeLinks()
    for transfer in Array(transfers.values) { remove(transfer, .failure(.closed)) }
  }

  private func workOnTime() {
    let now = ContinuousClock.now
    if let timer, timer <= now {
      self.timer = nil
      var running: Int32 = 0
      curl_multi_socket_action(multi, curl_shim_no_socket(), 0, &running)
    }
    workLinksOnTime(now)
  }

  private func refuse(_ commands: ArraySlice<Inbox.Command>) {
    for command in commands {
      switch command {
      case .start(let exchange): exchange.finish(.failure(.closed))
      case .open(let channel): channel.finish(.failure(.closed))
      default: break
      }
    }
  }

  /// `false` at the end.
  private func carryOut(_ commands: [Inbox.Command]) -> Bool {
    for (index, command) in commands.enumerated() {
      switch command {
      case .start(let exchange): start(exchange)
      case .resume(let exchange): transfers[ObjectIdentifier(exchange)]?.resume()
      case .cancel(let exchange):
        if let transfer = transfers[ObjectIdentifier(exchange)] { abandon(transfer, .cancelled) }
      case .open(let channel): open(channel)
      case .move(let channel): move(channel)
      case .closing(let channel): beginClosing(channel)
      case .stop:
        refuse(commands[index...])
        return false
      }
    }
    return true
  }

  func start(_ exchange: Exchange) {
    guard !exchange.hasEnded else { return }
    do throws(HTTPTransportError) {
      let transfer = try Transfer(exchange, configuration)
      guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
        throw .invalidRequest("libcurl has no room for it")
      }
      transfers[ObjectIdentifier(exchange)] = transfer
      note(transfer.deadline)
      schedulePulse()
    } catch {
      exchange.finish(.failure(error))
    }
  }

  private func finishEnded() {
    var code = CURLE_OK
    while let handle = curl_shim_next_ended(multi, &code) {
      guard let context = curl_shim_context(handle) else { continue }
      let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
      remove(transfer, transfer.result(of: code))
    }
  }

  /// Ends a transfer that its server takes to go on. libcurl 7.88 keeps the frame that would tell it until it has more to
  /// send on the connection: another stream of it is made to, and without one the connection is closed.
  private func abandon(_ transfer: Transfer, _ error: HTTPTransportError) {
    let port = transfer.localPort
    transfer.closeConnectionUnlessShared()
    remove(transfer, .failure(error))
    let endpoint = transfer.exchange.endpoint
    transfers.values.first { $0.isFlowing && $0.localPort == port && $0.exchange.endpoint == endpoint }?
      .flushConnection()
  }

  func remove(_ transfer: Transfer, _ result: Result<Void, HTTPTransportError>) {
    curl_multi_remove_handle(multi, transfer.handle)
    transfers[ObjectIdentifier(transfer.exchange)] = nil
    transfer.exchange.finish(result)
  }

  // MARK: Silence

  private func expireSilent() {
    let now = ContinuousClock.now
    guard let deadline = nextDeadline, now >= deadline else { return }
    nextDeadline = nil
    expireLinks(now)
    for transfer in Array(transfers.values) {
      guard let deadline = transfer.deadline else { continue }
      if now >= deadline {
        abandon(transfer, .timedOut(endpoint: transfer.exchange.endpoint, .idle))
      } else {
        note(deadline)
      }
    }
  }

  func note(_ deadline: ContinuousClock.Instant?) {
    guard let deadline else { return }
    nextDeadline = min(nextDeadline ?? deadline, deadline)
  }

  /// In milliseconds.
  private var waitTimeout: Int32 {
    guard let next = [nextDeadline, timer, linkTimer, pulseDue].compactMap(\.self).min() else { return -1 }
    return next <= .now ? 0 : Int32(min(60_000, (next - .now).milliseconds))
  }
}

/// libcurl wants to be set up once in a process, before anything else of it is called.
private let isLibraryReady = curl_shim_global_init() == CURLE_OK
