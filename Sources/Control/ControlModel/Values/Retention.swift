/// For how long a team keeps its events and its operations; `nil`: for ever.
package struct Retention: Sendable, Hashable {
  package static let longestDays = 36_500

  package var team: ResourceName
  package var eventDays: Int?
  package var operationDays: Int?

  package init(team: ResourceName, eventDays: Int? = nil, operationDays: Int? = nil) {
    self.team = team
    self.eventDays = eventDays
    self.operationDays = operationDays
  }

  package static func counted(_ days: Int) -> String { days == 1 ? "1 day" : "\(days) days" }

  /// Reads `90d`, `12w`, `2y` or `forever`.
  package static func days(_ text: String) throws(ControlFailure) -> Int? {
    if text == "forever" { return nil }
    let factors: [Character: Int] = ["d": 1, "w": 7, "y": 365]
    // Six digits at most, so that the product is one that there is.
    if let unit = text.last.flatMap({ factors[$0] }), let count = Int(text.dropLast()), count > 0, text.count <= 7,
      text.first?.isNumber == true, count * unit <= longestDays
    {
      return count * unit
    }
    throw ControlFailure(
      .invalidArgument, "'\(text)' is not a term such as 90d, 12w, 2y or forever.",
      hint: "It is at least a day and at most \(longestDays) days.")
  }
}

/// What a term would take.
package struct RetentionPreview: Sendable, Hashable {
  package var sessions: Int64
  /// Those that a core would take at once.
  package var events: Int64
  /// Past the term as well, beside sessions that go on or others of their month: a core takes them within 31 days.
  package var laterEvents: Int64
  /// Sessions of which a hold keeps everything.
  package var held: Int64
  /// Those that a core would take at once.
  package var operations: Int64

  package init(sessions: Int64, events: Int64, laterEvents: Int64 = 0, held: Int64, operations: Int64 = 0) {
    self.sessions = sessions
    self.events = events
    self.laterEvents = laterEvents
    self.held = held
    self.operations = operations
  }
}

/// What neither a term nor a purge takes away while it lasts: all of a team's sessions, or one.
package struct LegalHold: Sendable, Hashable {
  package var id: Int64
  package var team: ResourceName
  package var session: SessionID?
  package var reason: String
  package var heldBy: String
  package var heldAt: Timestamp

  package init(
    id: Int64, team: ResourceName, session: SessionID?, reason: String, heldBy: String, heldAt: Timestamp
  ) {
    self.id = id
    self.team = team
    self.session = session
    self.reason = reason
    self.heldBy = heldBy
    self.heldAt = heldAt
  }
}
