import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// Every table that has rows of teams, found in the catalogue: one that is added later is looked at without being named.
@Suite(.serialized) struct TeamTableTests {
  private static let tables = """
    SELECT DISTINCT c.relname::text AS name, c.relrowsecurity AS is_guarded,
      EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy,
      EXISTS (SELECT FROM pg_attribute b WHERE b.attrelid = c.oid AND b.attname = 'team') AS by_name,
      has_any_column_privilege('paddock_viewer', c.oid, 'SELECT') AS is_readable
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'paddock'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND (a.attname IN ('team', 'team_id', 'session_id') OR c.relname IN ('team', 'team_identity'))
    ORDER BY 1
    """

  @Test func everyTableOfTeamsHasRowLevelSecurity() async throws {
    try await HistoryFixture.with { fixture in
      let tables = try await fixture.pool.query(Self.tables)
      #expect(tables.count >= 14)
      for table in tables {
        let (isGuarded, hasPolicy) = (try table.bool("is_guarded"), try table.bool("has_policy"))
        let name = try table.text("name")
        #expect(isGuarded && hasPolicy, "\(name)")
      }
    }
  }

  @Test func noTableShowsOrGivesAwayAnotherTeamsRows() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      for team in [fixture.team, green] { _ = try await TwoTeams.fill(fixture, team) }
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("alice", roles: roles) { (_, pool) async throws in
        for table in try await fixture.pool.query(Self.tables) {
          let name = try table.text("name")
          let theirs = try theirs(name, byName: try table.bool("by_name"))
          let all = try await count(name, theirs, green, fixture.pool)
          #expect(all > 0, "\(name) has nothing to be hidden")
          guard try table.bool("is_readable") else { continue }
          #expect(try await count(name, theirs, green, pool) == 0, "\(name)")
          let mine = try await count(name, theirs, fixture.team, pool)
          #expect(try await mine == count(name, theirs, fixture.team, fixture.pool), "\(name)")
          _ = try? await pool.query("DELETE FROM paddock.\(name)")
          #expect(try await count(name, theirs, green, fixture.pool) == all, "\(name)")
        }
      }
    }
  }

  private func theirs(_ table: String, byName: Bool) throws -> String {
    if ["team", "team_identity"].contains(table) { return "name = $1" }
    return byName ? "team = $1" : "team_id = (SELECT id FROM paddock.team WHERE name = $1)"
  }

  private func count(
    _ table: String, _ condition: String, _ team: ResourceName, _ pool: PostgresPool
  ) async throws -> Int64 {
    let rows = try await pool.query(
      "SELECT count(*) AS number FROM paddock.\(table) WHERE \(condition)", [.text(team)])
    return try rows.first?.int("number") ?? 0
  }
}
