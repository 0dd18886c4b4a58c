package import ControlModel
import PostgresClient

extension PostgresSessionStore: TeamReportStore {
  /// Consoles are told when the trouble is another one.
  package func writeReport(_ report: TeamReport, of team: ResourceName) async throws(ControlFailure) {
    try await execute(
      """
      WITH known AS (SELECT trouble FROM paddock.team_report WHERE team = $1),
      written AS (
        INSERT INTO paddock.team_report (team, trouble, report, written_at)
        SELECT name, $2, $3::json, now() FROM paddock.team WHERE name = $1
        ON CONFLICT (team) DO UPDATE
          SET trouble = excluded.trouble, report = excluded.report, written_at = excluded.written_at
        RETURNING trouble
      )
      SELECT paddock.tell_intents($1)
      FROM written LEFT JOIN known ON true WHERE known.trouble IS DISTINCT FROM written.trouble
      """, [.text(team), .free(report.trouble?.storable(within: 8_192)), .json(Self.storable(report))])
  }

  /// One that is beyond the schema's bound is not kept; its trouble is.
  private static func storable(_ report: TeamReport) -> String {
    let text = JSONValue.object(report.json).text
    return text.utf8.count <= 4 << 20 ? text : "{}"
  }

  package func teamReport(of team: ResourceName) async throws(ControlFailure) -> StoredTeamReport? {
    try await find(
      .teamReport, "SELECT team, report, written_at FROM paddock.team_report WHERE team = $1", [.text(team)]
    ) { row in
      StoredTeamReport(report: TeamReport(json: try row.object("report")), writtenAt: try row.time("written_at"))
    }
  }
}
