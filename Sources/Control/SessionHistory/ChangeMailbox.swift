import ControlModel
import Synchronization

/// Changes on their way to one reader: those that wait are merged into at most one of each kind.
final class ChangeMailbox: Sendable {
  /// Of a reader that does not come: whoever has to look at so many as well looks at all.
  static let mostSessions = 1_000

  private struct State {
    var everything = false
    var lost = false
    var intents = false
    /// Empty for any session, `nil` for none.
    var sessions: Set<SessionID>?
    var isFinished = false
    var reader: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func add(_ change: StoreChange) {
    wake { state in
      switch change {
      // Of the two the later one holds.
      case .everything: (state.everything, state.lost) = (true, false)
      case .lost: (state.everything, state.lost) = (false, true)
      case .intents: state.intents = true
      case .sessions(let ids):
        let merged = (state.sessions ?? ids).union(ids)
        let isAny = ids.isEmpty || state.sessions?.isEmpty == true || merged.count > Self.mostSessions
        state.sessions = isAny ? [] : merged
      }
    }
  }

  func finish() {
    wake { $0.isFinished = true }
  }

  /// Waits for a change; `nil` after the end.
  func next() async -> StoreChange? {
    while true {
      let (change, isFinished) = state.withLock { (Self.take(&$0), $0.isFinished) }
      if let change { return change }
      if isFinished { return nil }
      await withCheckedContinuation { reader in
        let hasNews = state.withLock { state in
          let hasNews = state.everything || state.lost || state.intents || state.sessions != nil || state.isFinished
          if !hasNews { state.reader = reader }
          return hasNews
        }
        if hasNews { reader.resume() }
      }
    }
  }

  /// `everything` covers the rest.
  private static func take(_ state: inout State) -> StoreChange? {
    if state.lost {
      state.lost = false
      return .lost
    }
    if state.everything {
      (state.everything, state.intents, state.sessions) = (false, false, nil)
      return .everything
    }
    if state.intents {
      state.intents = false
      return .intents
    }
    defer { state.sessions = nil }
    return state.sessions.map { .sessions($0) }
  }

  private func wake(_ change: (inout State) -> Void) {
    let reader = state.withLock { state in
      change(&state)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }
}
