import Synchronization

/// One request and its response, seen from both sides: the event loop fills it, the consumer empties it.
final class Exchange: Sendable {
  let request: HTTPRequest
  /// A plain request: it has a limit in time.
  let isLimited: Bool
  /// For errors: where the request went.
  let endpoint: String
  private let state: Mutex<ExchangeState>
  private let inbox: Inbox

  init(_ request: HTTPRequest, isLimited: Bool, endpoint: String, highWaterMark: Int, inbox: Inbox) {
    self.request = request
    self.isLimited = isLimited
    self.endpoint = endpoint
    self.inbox = inbox
    state = Mutex(ExchangeState(highWaterMark: highWaterMark))
  }

  // MARK: The event loop's side

  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  func receive(head: HTTPHead) {
    wake(state.withLock { $0.receive(head: head) })
  }

  /// `false` when the consumer lags: the same bytes have to be offered again after `Inbox.Command.resume`.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let waiters = state.withLock({ $0.receive(bytes) }) else { return false }
    wake(waiters)
    return true
  }

  func finish(_ result: Result<Void, HTTPTransportError>) {
    wake(state.withLock { $0.finish(result) })
  }

  // MARK: The consumer's side

  func head() async throws(HTTPTransportError) -> HTTPHead {
    while true {
      switch state.withLock({ $0.readHead() }) {
      case .value(let head): return head
      case .end: throw .protocolError(endpoint: endpoint, reason: "an answer without a head")
      case .failure(let error): throw error
      case .wait: await change(.head)
      }
    }
  }

  /// All bytes that have arrived, at least one; `nil` at the end of the body.
  func next() async throws(HTTPTransportError) -> [UInt8]? {
    while true {
      let (reading, resumesPeer) = state.withLock { $0.readBytes() }
      if resumesPeer { inbox.post(.resume(self)) }
      switch reading {
      case .value(let bytes): return bytes
      case .end: return nil
      case .failure(let error): throw error
      case .wait: await change(.bytes)
      }
    }
  }

  func cancel() {
    finish(.failure(.cancelled))
    inbox.post(.cancel(self))
  }

  private func change(_ awaited: ExchangeState.Awaited) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        if !state.withLock({ $0.add(waiter, for: awaited) }) { waiter.resume() }
      }
    } onCancel: {
      cancel()
    }
  }

  private func wake(_ waiters: [ExchangeState.Waiter]) {
    for waiter in waiters { waiter.resume() }
  }
}
