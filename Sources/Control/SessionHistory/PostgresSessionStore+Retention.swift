package import ControlModel
import PostgresClient

extension PostgresSessionStore: RetentionStore {
  package func retentions(of team: ResourceName?) async throws(ControlFailure) -> [Retention] {
    try await list(
      .retention,
      """
      SELECT t.name, r.events_days, r.operations_days FROM paddock.retention r JOIN paddock.team t ON t.id = r.team_id
      WHERE (r.events_days IS NOT NULL OR r.operations_days IS NOT NULL) AND ($1::text IS NULL OR t.name = $1)
      ORDER BY t.name
      """, [.optionalText(team?.text)]
    ) { row in
      Retention(
        team: try row.name("name"), eventDays: try row.optionalInt("events_days").map { Int($0) },
        operationDays: try row.optionalInt("operations_days").map { Int($0) })
    }
  }

  package func setRetention(
    _ retention: Retention, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await execute(
      "SELECT paddock.set_retention($1, $2, $3, $4, $5)",
      [
        .text(retention.team), days(retention.eventDays), days(retention.operationDays), .free(actor), .free(reason),
      ])
  }

  package func previewRetention(_ retention: Retention) async throws(ControlFailure) -> RetentionPreview {
    let found = try await query(
      "SELECT * FROM paddock.preview_retention($1, $2, $3)",
      [.text(retention.team), days(retention.eventDays), days(retention.operationDays)]
    ) { row in
      RetentionPreview(
        sessions: try row.int("sessions"), events: try row.int("events"), laterEvents: try row.int("later"),
        held: try row.int("held"), operations: try row.int("operations"))
    }
    return found.first ?? RetentionPreview(sessions: 0, events: 0, held: 0)
  }

  private func days(_ days: Int?) -> PostgresValue { days.map { .int4(Int32(clamping: $0)) } ?? .null }

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
