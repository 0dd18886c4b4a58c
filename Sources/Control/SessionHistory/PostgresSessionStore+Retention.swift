package import ControlModel
import PostgresClient

extension PostgresSessionStore: RetentionStore {
  package func retentions(of team: ResourceName?) async throws(ControlFailure) -> [Retention] {
    try await list(
      .retention,
      """
      SELECT t.name, r.events_days FROM paddock.retention r JOIN paddock.team t ON t.id = r.team_id
      WHERE r.events_days IS NOT NULL AND ($1::text IS NULL OR t.name = $1) ORDER BY t.name
      """, [.optionalText(team?.text)]
    ) { Retention(team: try $0.name("name"), eventDays: Int(try $0.int("events_days"))) }
  }

  package func setRetention(
    _ retention: Retention, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await execute(
      "SELECT paddock.set_retention($1, $2, $3, $4)",
      [.text(retention.team), days(retention), .free(actor), .free(reason)])
  }

  package func previewRetention(_ retention: Retention) async throws(ControlFailure) -> RetentionPreview {
    let found = try await query(
      "SELECT * FROM paddock.preview_retention($1, $2)", [.text(retention.team), days(retention)]
    ) {
      RetentionPreview(
        sessions: try $0.int("sessions"), events: try $0.int("events"), laterEvents: try $0.int("later"),
        held: try $0.int("held"))
    }
    return found.first ?? RetentionPreview(sessions: 0, events: 0, held: 0)
  }

  private func days(_ retention: Retention) -> PostgresValue {
    retention.eventDays.map { .int4(Int32(clamping: $0)) } ?? .null
  }

  package func legalHolds(of team: ResourceName?) async throws(ControlFailure) -> [LegalHold] {
    try await list(
      .hold,
      """
      SELECT h.id, t.name, h.session_id, h.reason, h.held_by, h.held_at
      FROM paddock.legal_hold h JOIN paddock.team t ON t.id = h.team_id
      WHERE h.released_at IS NULL AND ($1::text IS NULL OR t.name = $1) ORDER BY t.name, h.id
      """, [.optionalText(team?.text)]
    ) { row in
      LegalHold(
        id: try row.int("id"), team: try row.name("name"),
        session: try row.optionalUUID("session_id").flatMap { SessionID($0) }, reason: try row.text("reason"),
        heldBy: try row.text("held_by"), heldAt: try row.time("held_at"))
    }
  }

  package func hold(
    _ session: SessionID?, of team: ResourceName, actor: String, reason: String
  ) async throws(ControlFailure) -> Int64 {
    let made = try await query(
      "SELECT paddock.hold($1, $2, $3, $4) AS id",
      [.text(team), .optionalUUID(session?.text), .free(actor), .free(reason)]
    ) { try $0.int("id") }
    return made.first ?? 0
  }

  package func releaseHold(_ id: Int64, actor: String, reason: String) async throws(ControlFailure) {
    try await execute("SELECT paddock.release_hold($1, $2, $3)", [.int8(id), .free(actor), .free(reason)])
  }

  package func prepareMonths() async throws(ControlFailure) {
    try await execute(
      """
      SELECT paddock.make_event_partition((date_trunc('month', now() AT TIME ZONE 'UTC') + m * interval '1 month')::date)
      FROM generate_series(0, 1) m
      """)
  }

  package func retain(limit: Int) async throws(ControlFailure) -> String? {
    do {
      return try await lanes.upkeep.query("SELECT paddock.retain($1) AS done", [.int8(Int64(max(1, limit)))])
        .first?.optionalText("done")
    } catch {
      throw failure(error)
    }
  }
}
