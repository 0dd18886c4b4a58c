import Synchronization

/// Counts the event streams that are being sent, so that the runner's end can wait for theirs.
final class OpenStreams: Sendable {
  private struct State {
    var count = 0
    var waiters: [CheckedContinuation<Void, Never>] = []

    mutating func takeWaiters() -> [CheckedContinuation<Void, Never>] {
      defer { waiters = [] }
      return waiters
    }
  }

  private let state = Mutex(State())

  func open() { state.withLock { $0.count += 1 } }

  func close() {
    let waiters = state.withLock { state in
      state.count -= 1
      return state.count == 0 ? state.takeWaiters() : []
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns as soon as none is open.
  func ended() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.count > 0 { state.waiters.append(continuation) }
        return state.count == 0
      }
      if isOver { continuation.resume() }
    }
  }
}
