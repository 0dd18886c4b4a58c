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
  /// Where the selected session was that is gone; the next movement starts there.
  private var placeOfGone: Int?

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
    arrange(pinning: selected)
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
      arrange(pinning: selected)
    }
  }

  package mutating func reorder() {
    order = SessionListing.sorted(sessions.values)
    isOrderStale = false
    arrange(pinning: selected)
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
    showAnew()
  }

  package mutating func setTeam(_ team: ResourceName?) {
    self.team = team
    showAnew()
  }

  /// Rows that the operator asked for: the selection stays if it is among them, else the first row has it.
  private mutating func showAnew() {
    arrange(pinning: nil)
    if selected == nil { select(row: 0) }
    placeOfGone = nil
  }

  package mutating func setHeight(_ height: Int) {
    self.height = max(1, height)
    scrollToSelection()
  }

  package mutating func move(by distance: Int) {
    guard !visible.isEmpty else { return }
    select(row: selectedRow.map { $0 + distance } ?? placeOfGone ?? 0)
  }

  package mutating func select(row: Int) {
    guard !visible.isEmpty else { return }
    selected = visible[min(max(0, row), visible.count - 1)]
    placeOfGone = nil
    scrollToSelection()
  }

  package mutating func select(_ id: SessionID) {
    guard sessions[id] != nil else { return }
    selected = id
    if !visible.contains(id) { arrange(pinning: id) }
    scrollToSelection()
  }

  // MARK: Order on the screen

  /// Works out the rows anew and puts the selected one back on its line of the screen. A pinned session is shown even
  /// if it no longer matches the filter.
  private mutating func arrange(pinning pinned: SessionID?) {
    let oldRow = selectedRow
    let line = oldRow.map { $0 - top } ?? 0
    let wanted = SessionFilter(filter)
    visible = order.filter { id in
      guard let session = sessions[id] else { return false }
      return id == pinned || ((team == nil || session.team == team) && wanted.matches(session))
    }
    if let row = selectedRow {
      top = row - line
    } else {
      // A key must not hit a neighbour by surprise: what is gone leaves no selection behind, only its place.
      placeOfGone = oldRow ?? placeOfGone
      selected = placeOfGone == nil ? visible.first : nil
    }
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
