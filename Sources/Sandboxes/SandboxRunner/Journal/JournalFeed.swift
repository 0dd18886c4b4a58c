import Synchronization

/// The part of a journal that readers may see, and what wakes them. Shared by the supervisor, who publishes, and any
/// number of readers.
package final class JournalFeed: Sendable {
  enum Wake: Sendable {
    /// There may be more to read.
    case published
    /// Time to show the peer that the connection lives.
    case tick
  }

  package let path: String
  private let state: Mutex<State>

  private struct State {
    var nextSeq: Int64
    var end: Int64
    var index: JournalIndex
    var readers: [Int: AsyncStream<Wake>.Continuation] = [:]
    var nextReader = 0
    var isFinished = false
  }

  init(path: String, nextSeq: Int64, end: Int64, index: JournalIndex) {
    self.path = path
    state = Mutex(State(nextSeq: nextSeq, end: end, index: index))
  }

  /// The highest number that readers can see; one less than the first for an empty journal.
  package var lastSeq: Int64 { state.withLock { $0.nextSeq - 1 } }

  var end: Int64 { state.withLock { $0.end } }

  func mark(for seq: Int64) -> JournalIndex.Mark? { state.withLock { $0.index.mark(for: seq) } }

  func publish(nextSeq: Int64, end: Int64, index: JournalIndex) {
    state.withLock { state in
      state.nextSeq = nextSeq
      state.end = end
      state.index = index
    }
    wake(.published)
  }

  func wake(_ wake: Wake) {
    let readers = state.withLock { Array($0.readers.values) }
    for reader in readers { reader.yield(wake) }
  }

  /// Nothing is published from here on: readers are woken for what there is, and then let go.
  func finish() {
    let readers = state.withLock { state in
      state.isFinished = true
      return Array(state.readers.values)
    }
    for reader in readers {
      reader.yield(.published)
      reader.finish()
    }
  }

  /// Wakes its reader at once and then after everything published; wake-ups that were not taken in time are one. Ends
  /// with the journal; the closure ends it before.
  func wakes() -> (AsyncStream<Wake>, end: @Sendable () -> Void) {
    let (stream, continuation) = AsyncStream.makeStream(of: Wake.self, bufferingPolicy: .bufferingNewest(1))
    let (reader, isFinished) = state.withLock { state in
      state.nextReader += 1
      state.readers[state.nextReader] = continuation
      return (state.nextReader, state.isFinished)
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.readers[reader] = nil }
    }
    continuation.yield(.published)
    if isFinished { continuation.finish() }
    return (stream, { continuation.finish() })
  }
}
