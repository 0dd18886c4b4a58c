package import ControlModel
import PostgresClient

extension PostgresSessionStore: SessionStore {
  /// Who needs a human first.
  package func sessions(of team: ResourceName?) async throws(ControlFailure) -> [Session] {
    try await list(
      .session,
      """
      SELECT \(SessionRow.columns) FROM paddock.session s
      WHERE purged_at IS NULL AND ($1::text IS NULL OR team = $1) AND \(SessionFilter.isListed)
      ORDER BY \(SessionFilter.order)
      """, [.optionalText(team?.text)], SessionRow.readMarked)
  }

  package func session(_ id: SessionID) async throws(ControlFailure) -> Session {
    let found = try await find(
      .session, "SELECT \(SessionRow.columns) FROM paddock.session s WHERE id = $1", [.uuid(id)], SessionRow.read)
    guard let session = found else { throw missingSession(id) }
    return session
  }

  package func sessions(_ ids: Set<SessionID>) async throws(ControlFailure) -> [Session] {
    if ids.isEmpty { return [] }
    return try await list(
      .session, "SELECT \(SessionRow.columns) FROM paddock.session s WHERE id = ANY ($1) AND purged_at IS NULL",
      [.uuidArray(ids.map(\.text))], SessionRow.readMarked)
  }

  package func usage(since: Timestamp) async throws(ControlFailure) -> Usage {
    let sums = try await query(
      """
      SELECT least(coalesce(sum(greatest(cost_micro, 0)), 0), \(StoredTotal.most))::bigint AS cost,
        least(coalesce(sum(greatest(tokens, 0)), 0), \(StoredTotal.most))::bigint AS tokens
      FROM paddock.usage WHERE quarter >= $1
      """, [.time(since)]
    ) { Usage(cost: try $0.amount("cost"), tokens: try $0.amount("tokens")) }
    return sums.first ?? Usage()
  }

  package func events(
    of session: SessionID, _ window: EventWindow, limit: Int
  ) async throws(ControlFailure) -> [Event] {
    let (edge, isForward) =
      switch window {
      case .after(let seq): (seq, true)
      case .before(let seq): (seq, false)
      // No number is as high: a seq is that of a journal's line.
      case .last: (Int64.max, false)
      }
    let events = try await list(
      .event, "SELECT \(EventRow.columns) FROM paddock.read_events($1, $2, $3, $4)",
      [.uuid(session), .int8(edge), .bool(isForward), .int8(Int64(max(0, limit)))], EventRow.readMarked)
    if case .after = window { return events }
    return events.reversed()
  }

  package func nextEvent(
    of session: SessionID, from seq: Int64, direction: SearchDirection, matching: EventMatch
  ) async throws(ControlFailure) -> Int64? {
    let word: String
    switch matching {
    case .userTurn: word = "user"
    case .toolError: word = "error"
    case .text(let text): return try await nextText(WantedText(text), of: session, from: seq, direction)
    }
    return try await query(
      "SELECT paddock.next_event($1, $2, $3, $4) AS seq",
      [.uuid(session), .int8(seq), .bool(direction == .forward), .text(word)]
    ) { try $0.optionalInt("seq") }.first ?? nil
  }

  private func nextText(
    _ wanted: WantedText, of session: SessionID, from seq: Int64, _ direction: SearchDirection
  ) async throws(ControlFailure) -> Int64? {
    try await query(
      "SELECT paddock.find_text($1, $2, $3, $4, $5, $6) AS seq",
      [
        .uuid(session), .int8(seq), .bool(direction == .forward), .text(wanted.text), .text(wanted.pattern),
        .optionalText(wanted.expression),
      ]
    ) { try $0.optionalInt("seq") }.first ?? nil
  }

  package func pendingApprovals(of session: SessionID) async throws(ControlFailure) -> [Event] {
    let open =
      try await find(
        .session, "SELECT id, projection FROM paddock.session WHERE id = $1", [.uuid(session)]
      ) { SessionProjection(json: try $0.object("projection")).openApprovals } ?? []
    if open.isEmpty { return [] }
    return try await list(
      .event, "SELECT \(EventRow.columns) FROM paddock.read_requests($1, $2)", [.uuid(session), .textArray(open)],
      EventRow.readMarked)
  }

  func missingSession(_ id: SessionID) -> ControlFailure {
    ControlFailure(.notFound, "There is no session \(id).", hint: "See `paddock session list`.")
  }
}

enum SessionFilter {
  /// A foreign sandbox that is gone leaves the list after a while, with its whole namespace as well; by its id, and in
  /// searches, it is there.
  static let isListed = "(s.gone_at IS NULL OR s.gone_at > now() - interval '5 minutes')"

  /// Not over for good: it has, or may have, a sandbox, or somebody wants something of it. A kill is pending until the
  /// sandbox is gone, whatever the state says by then. Foreign sandboxes are none of its.
  static let isManaged = """
    (s.purged_at IS NULL AND s.foreign_sandbox IS NULL AND ((s.desired <> 'archived' AND (s.desired <> 'killed' OR s.state <> 'killed'))
      OR s.id IN (SELECT session_id FROM paddock.operation WHERE outcome = 'pending')))
    """

  /// `SessionState.attention`, and who comes first among those of the same.
  static let order = """
    CASE s.state \(ranks) ELSE \(SessionState.allCases.count) END, \
    CASE WHEN s.state IN (\(over)) THEN - extract(epoch FROM s.state_since) ELSE extract(epoch FROM s.state_since) END, s.id
    """

  private static let ranks = SessionState.allCases.map { "WHEN '\($0.rawValue)' THEN \($0.attention)" }
    .joined(separator: " ")
  private static let over = SessionState.allCases.filter(\.isOver).map { "'\($0.rawValue)'" }.joined(separator: ", ")
}
