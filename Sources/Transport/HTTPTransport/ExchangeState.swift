/// What is known of one response so far, and who waits for more of it. Pure: its owner wakes the waiters.
struct ExchangeState {
  typealias Waiter = CheckedContinuation<Void, Never>

  enum Awaited {
    case head, bytes
  }

  enum Reading<Value> {
    case value(Value)
    case end
    case failure(HTTPTransportError)
    case wait
  }

  private let highWaterMark: Int
  private var head: HTTPHead?
  private var buffer: [UInt8] = []
  /// The peer is made to wait until the buffer is taken.
  private var isPaused = false
  private var end: Result<Void, HTTPTransportError>?
  private var waiters: [Waiter] = []

  init(highWaterMark: Int) {
    self.highWaterMark = highWaterMark
  }

  var hasEnded: Bool { end != nil }

  // MARK: From the event loop

  mutating func receive(head: HTTPHead) -> [Waiter] {
    self.head = head
    return takeWaiters()
  }

  /// `nil` when nothing was taken and the peer has to wait. A piece is taken whole, however large, while there is room.
  mutating func receive(_ bytes: UnsafeRawBufferPointer) -> [Waiter]? {
    guard buffer.count < highWaterMark else {
      isPaused = true
      return nil
    }
    buffer.append(contentsOf: bytes)
    return takeWaiters()
  }

  /// The first end is the one that counts.
  mutating func finish(_ result: Result<Void, HTTPTransportError>) -> [Waiter] {
    if end == nil { end = result }
    return takeWaiters()
  }

  // MARK: From the consumer

  /// A head that arrived before a failure is read before it, but not after a cancellation.
  func readHead() -> Reading<HTTPHead> {
    if case .failure(.cancelled) = end { return .failure(.cancelled) }
    if let head { return .value(head) }
    return switch end {
    case .failure(let error): .failure(error)
    case .success: .end
    case nil: .wait
    }
  }

  /// All bytes there are; what arrived before a failure is read before it, but not after a cancellation.
  mutating func readBytes() -> (reading: Reading<[UInt8]>, resumesPeer: Bool) {
    if case .failure(.cancelled) = end { return (.failure(.cancelled), false) }
    if !buffer.isEmpty {
      defer {
        buffer = []
        isPaused = false
      }
      return (.value(buffer), isPaused)
    }
    return switch end {
    case .failure(let error): (.failure(error), false)
    case .success: (.end, false)
    case nil: (.wait, false)
    }
  }

  /// `false` when what is awaited is there already and nobody needs to wait.
  mutating func add(_ waiter: Waiter, for awaited: Awaited) -> Bool {
    let isThere = end != nil || (awaited == .head ? head != nil : !buffer.isEmpty)
    if !isThere { waiters.append(waiter) }
    return !isThere
  }

  private mutating func takeWaiters() -> [Waiter] {
    defer { waiters = [] }
    return waiters
  }
}

struct HTTPHead: Sendable {
  var status: Int
  var headers: HTTPHeaders
}
