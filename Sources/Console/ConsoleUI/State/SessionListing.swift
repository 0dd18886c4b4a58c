package import ControlModel

/// All sessions, put in order away from the UI thread.
package struct SessionListing: Sendable {
  package let sessions: [SessionID: Session]
  package let order: [SessionID]

  package init(_ sessions: [Session]) {
    order = Self.sorted(sessions)
    self.sessions = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
  }

  /// Who needs a human, then who has been like that the longest; ended sessions newest first.
  package static func sorted(_ sessions: some Sequence<Session>) -> [SessionID] {
    sessions.map(Key.init).sorted().map(\.id)
  }

  private struct Key: Comparable {
    let attention: Int
    let age: Int64
    let id: SessionID

    init(_ session: Session) {
      attention = session.state.attention
      let since = session.stateSince.microseconds
      age = session.state.isOver ? -since : since
      id = session.id
    }

    static func < (left: Key, right: Key) -> Bool {
      if left.attention != right.attention { return left.attention < right.attention }
      if left.age != right.age { return left.age < right.age }
      return left.id < right.id
    }
  }
}
