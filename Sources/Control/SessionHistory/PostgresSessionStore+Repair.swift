package import ControlModel
import PostgresClient

extension PostgresSessionStore: RowRepairStore {
  package func unreadableRows() async throws(ControlFailure) -> [UnreadableRow] {
    guard try await query("SELECT paddock.sees_all() AS all", [], { try $0.bool("all") }).first == true else {
      throw ControlFailure(
        .permissionDenied, "Only an administrator lists the rows that cannot be read.",
        hint: "They are of all teams: to be an admin of one is not enough. Ask whoever runs the stack.")
    }
    let rows = UnreadableRows()
    try await rows.gather { () async throws(ControlFailure) in
      _ = try await list(
        .session, "SELECT \(SessionRow.columns), s.projection FROM paddock.session s ORDER BY s.id", [],
        { _ = (try SessionRow.read($0), try $0.object("projection")) })
      _ = try await pendingOperations()
      _ = try await operations(of: nil, team: nil, limit: 10_000)
      _ = try await teams()
      _ = try await agents(of: nil)
      _ = try await secrets(of: nil)
      _ = try await list(
        .sandboxReport, "SELECT session_id, report, written_at FROM paddock.sandbox_report", [], Self.checkReport)
      _ = try await list(.teamReport, "SELECT team, report, written_at FROM paddock.team_report", [], Self.checkReport)
      _ = try await list(
        .coreStatus, "SELECT holder, status AS report, written_at FROM paddock.core_status", [], Self.checkReport)
    }
    return rows.all
  }

  private static func checkReport(_ row: PostgresRow) throws {
    _ = (try row.object("report"), try row.time("written_at"))
  }

  @discardableResult
  package func removeRow(
    _ id: String, of relation: String, actor: String, reason: String?
  ) async throws(ControlFailure) -> Bool {
    let changed = try await query(
      "SELECT paddock.remove_row($1, $2, $3, $4) AS changed",
      [.free(relation), .free(id), .free(actor), .free(reason)]
    ) { try $0.int("changed") }
    return (changed.first ?? 0) > 0
  }

  package func setAsideRows(limit: Int) async throws(ControlFailure) -> [SetAsideRow] {
    try await list(
      Relation(name: "set_aside", key: ["id"]),
      "SELECT id, relation, content, reason, set_aside_at FROM paddock.set_aside ORDER BY id DESC LIMIT $1",
      [.int8(Int64(max(0, limit)))]
    ) { row in
      SetAsideRow(
        number: try row.int("id"), relation: try row.text("relation"), content: try row.text("content"),
        reason: try row.text("reason"), time: try row.time("set_aside_at"))
    }
  }

  package func setAsideCounts() async throws(ControlFailure) -> [SetAsideCount] {
    try await query(
      """
      SELECT coalesce(relation, '') AS relation, coalesce(reason, '') AS reason, count(*) AS count
      FROM paddock.set_aside GROUP BY 1, 2 ORDER BY min(id)
      """, []
    ) { row in
      SetAsideCount(relation: try row.text("relation"), reason: try row.text("reason"), count: try row.int("count"))
    }
  }
}
