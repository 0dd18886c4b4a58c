import CCurl
import Glibc

/// libcurl's multi interface and the thread that owns it. Only that thread touches this object and any easy handle.
final class EventLoop {
  private let multi: UnsafeMutableRawPointer
  private let inbox: Inbox
  private let configuration: HTTPTransportConfiguration
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  /// The earliest moment at which a transfer can have been silent for too long; they only move away.
  private var nextDeadline: ContinuousClock.Instant?

  private init(_ multi: UnsafeMutableRawPointer, inbox: Inbox, _ configuration: HTTPTransportConfiguration) {
    self.multi = multi
    self.inbox = inbox
    self.configuration = configuration
  }

  /// Starts a thread that runs until `Inbox.Command.stop`.
  static func start(_ configuration: HTTPTransportConfiguration) throws(HTTPTransportError) -> Inbox {
    guard isLibraryReady, let multi = curl_multi_init() else { throw .invalidRequest("libcurl does not start") }
    let inbox = Inbox(waking: UInt(bitPattern: multi))
    let loop = Unmanaged.passRetained(EventLoop(multi, inbox: inbox, configuration))
    var thread = pthread_t()
    let result = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<EventLoop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, loop.toOpaque())
    guard result == 0 else {
      loop.release()
      curl_multi_cleanup(multi)
      throw .invalidRequest("there is no thread for it: \(systemText(result))")
    }
    pthread_detach(thread)
    return inbox
  }

  private func run() {
    while carryOut(inbox.take()) {
      var running: Int32 = 0
      curl_multi_perform(multi, &running)
      finishEnded()
      expireSilent()
      curl_multi_poll(multi, nil, 0, pollTimeout, nil)
    }
    for command in inbox.close() {
      if case .start(let exchange) = command { exchange.finish(.failure(.closed)) }
    }
    for transfer in transfers.values { remove(transfer, .failure(.closed)) }
    curl_multi_cleanup(multi)
  }

  /// `false` at the end.
  private func carryOut(_ commands: [Inbox.Command]) -> Bool {
    for (index, command) in commands.enumerated() {
      switch command {
      case .start(let exchange): start(exchange)
      case .resume(let exchange): transfers[ObjectIdentifier(exchange)]?.resume()
      case .cancel(let exchange):
        if let transfer = transfers[ObjectIdentifier(exchange)] { remove(transfer, .failure(.cancelled)) }
      case .stop:
        for case .start(let exchange) in commands[index...] { exchange.finish(.failure(.closed)) }
        return false
      }
    }
    return true
  }

  private func start(_ exchange: Exchange) {
    guard !exchange.hasEnded else { return }
    do throws(HTTPTransportError) {
      let transfer = try Transfer(exchange, configuration)
      guard curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
        throw .invalidRequest("libcurl has no room for it")
      }
      transfers[ObjectIdentifier(exchange)] = transfer
      note(transfer.deadline)
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

  private func remove(_ transfer: Transfer, _ result: Result<Void, HTTPTransportError>) {
    curl_multi_remove_handle(multi, transfer.handle)
    transfers[ObjectIdentifier(transfer.exchange)] = nil
    transfer.exchange.finish(result)
  }

  // MARK: Silence

  private func expireSilent() {
    let now = ContinuousClock.now
    guard let deadline = nextDeadline, now >= deadline else { return }
    nextDeadline = nil
    for transfer in Array(transfers.values) {
      guard let deadline = transfer.deadline else { continue }
      if now >= deadline {
        remove(transfer, .failure(.timedOut(endpoint: transfer.exchange.endpoint, .idle)))
      } else {
        note(deadline)
      }
    }
  }

  private func note(_ deadline: ContinuousClock.Instant?) {
    guard let deadline else { return }
    nextDeadline = min(nextDeadline ?? deadline, deadline)
  }

  /// In milliseconds; libcurl shortens it for its own timers.
  private var pollTimeout: Int32 {
    guard let nextDeadline else { return 60_000 }
    return Int32(min(60_000, (nextDeadline - .now).milliseconds))
  }
}

/// libcurl wants to be set up once in a process, before anything else of it is called.
private let isLibraryReady = curl_shim_global_init() == CURLE_OK
