import Synchronization

/// One raw connection seen from both sides: the event loop moves the bytes, the caller reads and writes them.
final class DuplexChannel: Sendable {
  let request: HTTPRequest
  /// For errors: where the connection goes.
  let endpoint: String
  /// From the start until `hasHandedOver`.
  let limit: Duration
  private let state: Mutex<DuplexState>
  private let inbox: Inbox

  init(_ request: HTTPRequest, endpoint: String, limit: Duration, highWaterMark: Int, inbox: Inbox) {
    self.request = request
    self.endpoint = endpoint
    self.limit = limit
    self.inbox = inbox
    state = Mutex(DuplexState(highWaterMark: highWaterMark))
  }

  // MARK: The event loop's side

  var hasEnded: Bool { state.withLock { $0.hasEnded } }
  var isClosing: Bool { state.withLock { $0.isClosing } }
  var hasHandedOver: Bool { state.withLock { $0.hasHandedOver } }
  var hasRoom: Bool { state.withLock { $0.hasRoom } }
  /// The bytes to send next, until they are dropped by `sent`.
  var firstOutgoing: [UInt8]? { state.withLock { $0.firstOutgoing } }

  func receive(_ bytes: ArraySlice<UInt8>) {
    wake(state.withLock { $0.receive(bytes) })
  }

  func sent() {
    wake(state.withLock { $0.dropFirstOutgoing() })
  }

  func finish(_ result: Result<Void, HTTPTransportError>) {
    wake(state.withLock { $0.finish(result) })
  }

  // MARK: The caller's side

  func read() async throws(HTTPTransportError) -> [UInt8]? {
    while true {
      let (reading, resumesPeer) = state.withLock { $0.read() }
      if resumesPeer { inbox.post(.move(self)) }
      switch reading {
      case .value(let bytes): return bytes
      case .end: return nil
      case .failure(let error): throw error
      case .wait: await change(.incoming)
      }
    }
  }

  func write(_ bytes: [UInt8]) async throws(HTTPTransportError) {
    guard !bytes.isEmpty else { return }
    while true {
      switch state.withLock({ $0.write(bytes) }) {
      case .value:
        inbox.post(.move(self))
        return
      case .end: throw .closedEarly(endpoint: endpoint)
      case .failure(let error): throw error
      case .wait: await change(.room)
      }
    }
  }

  /// Puts bytes back that belong to the next reader, and lifts the limit in time.
  func handOver(unread bytes: ArraySlice<UInt8>) {
    state.withLock { $0.handOver(unread: bytes) }
  }

  func close() {
    wake(state.withLock { $0.close() })
    inbox.post(.closing(self))
  }

  private func cancel() {
    finish(.failure(.cancelled))
    inbox.post(.closing(self))
  }

  private func change(_ awaited: DuplexState.Awaited) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        if !state.withLock({ $0.add(waiter, for: awaited) }) { waiter.resume() }
      }
    } onCancel: {
      cancel()
    }
  }

  private func wake(_ waiters: [DuplexState.Waiter]) {
    for waiter in waiters { waiter.resume() }
  }
}
