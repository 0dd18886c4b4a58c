package import ControlModel
import PostgresClient

extension PostgresSessionStore: SandboxReportStore {
  package func writeReports(_ reports: [SessionID: SandboxReport]) async throws(ControlFailure) {
    // One that is beyond the schema's bound must not keep out those that are written with it.
    let rows = reports.map { (id: $0.key.text, json: JSONValue.object($0.value.json).text) }
      .filter { $0.json.utf8.count <= 4 << 20 }
    try await execute(
      """
      WITH written AS (
        INSERT INTO paddock.sandbox_report (session_id, team, report, written_at)
        SELECT s.id, s.team, n.report::json, now()
        FROM unnest($1::uuid[], $2::text[]) n (id, report)
        JOIN paddock.session s ON s.id = n.id AND s.purged_at IS NULL
        ON CONFLICT (session_id) DO UPDATE SET report = excluded.report, written_at = excluded.written_at
        RETURNING session_id
      )
      SELECT paddock.tell_sessions(array_agg(session_id)) FROM written
      """, [.uuidArray(rows.map(\.id)), .textArray(rows.map(\.json))])
  }

  package func sandboxReport(of session: SessionID) async throws(ControlFailure) -> StoredSandboxReport? {
    try await find(
      .sandboxReport, "SELECT session_id, report, written_at FROM paddock.sandbox_report WHERE session_id = $1",
      [.uuid(session)]
    ) { row in
      StoredSandboxReport(report: SandboxReport(json: try row.object("report")), writtenAt: try row.time("written_at"))
    }
  }

  /// On which nodes sandboxes were when they were last told of; without those that are on none.
  package func nodes() async throws(ControlFailure) -> [SessionID: String] {
    let found = try await list(
      .sandboxReport, "SELECT session_id, report, written_at FROM paddock.sandbox_report LIMIT 100000", []
    ) { row in
      (try row.sessionID("session_id"), SandboxReport(json: try row.object("report")).node)
    }
    return Dictionary(found.filter { !$0.1.isEmpty }) { first, _ in first }
  }

  /// Cores that have been silent for a day are forgotten on the way.
  package func writeStatus(_ status: EngineStatus, ofCore holder: String) async throws(ControlFailure) {
    var status = status
    status.trouble = status.trouble?.bounded(toBytes: 8_192)
    try await execute(
      """
      WITH forgotten AS (
        DELETE FROM paddock.core_status WHERE holder <> $1 AND written_at < now() - interval '1 day'
      )
      INSERT INTO paddock.core_status (holder, status, written_at) VALUES ($1, $2::json, now())
      ON CONFLICT (holder) DO UPDATE SET status = excluded.status, written_at = excluded.written_at
      """, [.free(holder), .json(JSONValue.object(status.json).text)])
  }

  package func engineStatus() async throws(ControlFailure) -> EngineStatus? {
    try await list(
      .coreStatus,
      """
      SELECT holder, status FROM paddock.core_status WHERE written_at > now() - interval '30 seconds'
      ORDER BY written_at DESC LIMIT 16
      """, []
    ) { row in EngineStatus(json: try row.object("status")) }.first
  }
}
