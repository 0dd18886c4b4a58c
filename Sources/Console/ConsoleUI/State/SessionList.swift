package import ControlModel

/// The sandboxes pane's rows. The selection is a session, never a row number: rows that come, go or move leave it, and
/// the line of the screen it is on, alone.
package struct SessionList: Sendable {
  package private(set) var sessions: [SessionID: Session] = [:]
  /// All sessions in the order of the screen; may be older than the newest states while the operator is moving.
  private var order: [SessionID] = []
  package private(set) var visible: [SessionID] = []
  package private(set) var selected: SessionID?
  /// The row of `visible` at the top of the pane.
  package private(set) var top = 0
  package private(set) var filter = ""
  package private(set) var team: ResourceName?
  /// Set when states changed but the order was left alone.
  package private(set) var isOrderStale = false
  package private(set) var isLoaded = false
  package private(set) var height = 1

  package init() {}

  package var selectedSession: Session? { selected.flatMap { sessions[$0] } }
  package var selectedRow: Int? { selected.flatMap { visible.firstIndex(of: $0) } }
  package var all: some Collection<Session> { sessions.values }
  package subscript(_ id: SessionID) -> Session? { sessions[id] }

  // MARK: What the store says

  package mutating func load(_ listing: SessionListing, mayReorder: Bool) {
    sessions = listing.sessions
    isLoaded = true
    if mayReorder {
      order = listing.order
      isOrderStale = false
    } else {
      keepOrder(adding: listing.order)
    }
    arrange()
  }

  package mutating func refresh(_ changed: [Session], missing: [SessionID], mayReorder: Bool) {
    var moved = !missing.isEmpty
    for session in changed {
      let old = sessions.updateValue(session, forKey: session.id)
      moved = moved || old?.state != session.state || old?.stateSince != session.stateSince
    }
    for id in missing { sessions[id] = nil }
    guard moved else { return }
    if mayReorder {
      reorder()
    } else {
      keepOrder(adding: SessionListing.sorted(changed))
      arrange()
    }
  }

  package mutating func reorder() {
    order = SessionListing.sorted(sessions.values)
    isOrderStale = false
    arrange()
  }

  /// Rows stay where they are; those that are gone leave, new ones wait at the end.
  private mutating func keepOrder(adding candidates: [SessionID]) {
    let known = Set(order)
    order.removeAll { sessions[$0] == nil }
    order += candidates.filter { !known.contains($0) }
    isOrderStale = true
  }

  // MARK: What the operator does

  package mutating func setFilter(_ text: String) {
    filter = text
    arrange()
  }

  package mutating func setTeam(_ team: ResourceName?) {
    self.team = team
    arrange()
  }

  package mutating func setHeight(_ height: Int) {
    self.height = max(1, height)
    scrollToSelection()
  }

  package mutating func move(by distance: Int) {
    guard !visible.isEmpty else { return }
    let row = selectedRow.map { $0 + distance } ?? 0
    select(row: row)
  }

  package mutating func select(row: Int) {
    guard !visible.isEmpty else { return }
    selected = visible[min(max(0, row), visible.count - 1)]
    scrollToSelection()
  }

  package mutating func select(_ id: SessionID) {
    guard sessions[id] != nil else { return }
    selected = id
    if !visible.contains(id) { arrange() }
    scrollToSelection()
  }

  // MARK: Order on the screen

  /// Works out the rows anew and puts the selected one back on its line of the screen.
  private mutating func arrange() {
    let oldRow = selectedRow
    let line = oldRow.map { $0 - top } ?? 0
    let wanted = SessionFilter(filter)
    visible = order.filter { id in
      guard let session = sessions[id], team == nil || session.team == team else { return false }
      return wanted.matches(session)
    }
    guard let row = selectedRow else {
      // The selected session is gone or filtered away: its neighbour takes its line.
      selected = visible.isEmpty ? nil : visible[min(oldRow ?? 0, visible.count - 1)]
      scrollToSelection()
      return
    }
    top = row - line
    scrollToSelection()
  }

  private mutating func scrollToSelection() {
    top = min(max(0, top), max(0, visible.count - height))
    guard let row = selectedRow else { return }
    if row < top { top = row }
    if row >= top + height { top = row - height + 1 }
  }
}

/// Words that must all occur in a session's title, agent, team, runtime, state, id or now line, in any case.
package struct SessionFilter: Sendable {
  private let words: [String]

  package init(_ text: String) {
    words = text.lowercased().split(separator: " ").map(String.init)
  }

  package func matches(_ session: Session) -> Bool {
    guard !words.isEmpty else { return true }
    let text = [
      session.title, session.agent.text, session.team.text, session.runtime.rawValue, session.state.rawValue,
      session.id.text, session.now,
    ].joined(separator: "\n").lowercased()
    return words.allSatisfy { text.contains($0) }
  }
}
