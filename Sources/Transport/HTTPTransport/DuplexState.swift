/// The bytes between a raw connection and its caller, and who waits for them. Pure: its owner wakes the waiters.
struct DuplexState {
  typealias Waiter = CheckedContinuation<Void, Never>
  typealias Reading = ExchangeState.Reading

  enum Awaited {
    case incoming, room
  }

  private let highWaterMark: Int
  private var incoming: [UInt8] = []
  /// Whole writes: a piece that TLS has taken in part must be offered again from the same place in memory.
  private var outgoing: [[UInt8]] = []
  private var outgoingCount = 0
  private var end: Result<Void, HTTPTransportError>?
  private(set) var isClosing = false
  private(set) var hasHandedOver = false
  private var waiters: [Waiter] = []

  init(highWaterMark: Int) {
    self.highWaterMark = highWaterMark
  }

  var hasEnded: Bool { end != nil }
  var hasRoom: Bool { incoming.count < highWaterMark }
  var firstOutgoing: [UInt8]? { outgoing.first }

  // MARK: From the event loop

  mutating func receive(_ bytes: ArraySlice<UInt8>) -> [Waiter] {
    incoming.append(contentsOf: bytes)
    return takeWaiters()
  }

  mutating func dropFirstOutgoing() -> [Waiter] {
    guard !outgoing.isEmpty else { return [] }
    outgoingCount -= outgoing.removeFirst().count
    return takeWaiters()
  }

  /// The first end is the one that counts.
  mutating func finish(_ result: Result<Void, HTTPTransportError>) -> [Waiter] {
    if end == nil { end = result }
    return takeWaiters()
  }

  // MARK: From the caller

  /// What arrived before a failure is read before it, but not after a cancellation.
  mutating func read() -> (reading: Reading<[UInt8]>, resumesPeer: Bool) {
    if case .failure(.cancelled) = end { return (.failure(.cancelled), false) }
    if !incoming.isEmpty {
      let wasFull = !hasRoom
      defer { incoming = [] }
      return (.value(incoming), wasFull)
    }
    return switch end {
    case .failure(let error): (.failure(error), false)
    case .success: (.end, false)
    case nil: (isClosing ? .end : .wait, false)
    }
  }

  mutating func write(_ bytes: [UInt8]) -> Reading<Void> {
    if case .failure(let error) = end { return .failure(error) }
    guard end == nil, !isClosing else { return .end }
    guard outgoingCount < highWaterMark else { return .wait }
    outgoing.append(bytes)
    outgoingCount += bytes.count
    return .value(())
  }

  mutating func handOver(unread bytes: ArraySlice<UInt8>) {
    incoming.insert(contentsOf: bytes, at: 0)
    hasHandedOver = true
  }

  mutating func close() -> [Waiter] {
    isClosing = true
    return takeWaiters()
  }

  /// `false` when what is awaited is there already and nobody needs to wait.
  mutating func add(_ waiter: Waiter, for awaited: Awaited) -> Bool {
    let isThere =
      end != nil || isClosing || (awaited == .incoming ? !incoming.isEmpty : outgoingCount < highWaterMark)
    if !isThere { waiters.append(waiter) }
    return !isThere
  }

  private mutating func takeWaiters() -> [Waiter] {
    defer { waiters = [] }
    return waiters
  }
}
