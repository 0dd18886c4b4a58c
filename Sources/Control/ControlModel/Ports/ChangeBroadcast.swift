import Synchronization

/// Wakes any number of readers; wake-ups that nobody has read yet are one.
package final class ChangeBroadcast: Sendable {
  private struct State {
    var readers: [Int: AsyncStream<Void>.Continuation] = [:]
    var next = 0
    var isClosed = false
  }

  private let state = Mutex(State())

  package init() {}

  package func stream() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard !state.isClosed else { return nil }
      state.next += 1
      state.readers[state.next] = continuation
      return state.next
    }
    guard let number else {
      continuation.finish()
      return stream
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.readers.removeValue(forKey: number) }
    }
    return stream
  }

  package func notify() {
    let readers = state.withLock { Array($0.readers.values) }
    for reader in readers { reader.yield() }
  }

  package func close() {
    let readers = state.withLock { state in
      state.isClosed = true
      return Array(state.readers.values)
    }
    for reader in readers { reader.finish() }
  }
}
