import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

extension DoorTests {
  /// Every table and every column of it, found in the catalogue, as everybody who is no core.
  @Suite struct TableDoorTests {
    private struct Table {
      var name: String
      var column: String
      /// Those that the person may read, as one text.
      var shown: String?
    }

    private func tables(_ pool: PostgresPool) async throws -> [Table] {
      try await pool.query(
        """
        SELECT c.relname::text AS name, min(a.attname::text) AS "column",
          'concat_ws(''|'', ' || string_agg(CASE WHEN has_column_privilege(c.oid, a.attnum, 'SELECT')
            THEN format('t.%I::text', a.attname) END, ', ') || ')' AS shown
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relnamespace = 'paddock'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        GROUP BY c.relname ORDER BY 1
        """
      ).map { row in
        Table(name: try row.text("name"), column: try row.text("column"), shown: try row.optionalText("shown"))
      }
    }

    private static let locks = [
      "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE",
      "ACCESS EXCLUSIVE",
    ]

    @Test func nobodyChangesOrLocksATable() async throws {
      try await TwoTeams.with { teams in
        for (person, pool) in teams.people {
          let tables = try await tables(teams.fixture.pool)
          #expect(tables.count >= 25)
          for table in tables {
            let name = "paddock.\(table.name)"
            let attempts =
              [
                "INSERT INTO \(name) DEFAULT VALUES", "UPDATE \(name) SET \"\(table.column)\" = DEFAULT",
                "DELETE FROM \(name)", "TRUNCATE \(name)", "CREATE INDEX ON \(name) (\"\(table.column)\")",
                "CREATE TRIGGER t BEFORE INSERT ON \(name) EXECUTE FUNCTION paddock.refuse_change()",
                "ALTER TABLE \(name) DISABLE ROW LEVEL SECURITY", "DROP TABLE \(name)",
              ]
              + ["KEY SHARE", "SHARE", "NO KEY UPDATE", "UPDATE"].map { "SELECT FROM \(name) FOR \($0)" }
              + Self.locks.map { "LOCK TABLE \(name) IN \($0) MODE" }
            for sql in attempts {
              let outcome = await pool.attempt(sql)
              #expect(outcome == .refused("42501"), "\(person): \(sql)")
            }
          }
        }
      }
    }

    @Test func nobodyReadsARowOfAnotherTeam() async throws {
      try await TwoTeams.with { teams in
        let operations = try await teams.fixture.store.operations(of: nil, team: teams.beta, limit: 100)
        let rows = try await teams.fixture.pool.query(
          "SELECT id FROM paddock.team WHERE name = $1", [.text(teams.beta)])
        let number = try #require(try rows.first?.int("id"))
        let secrets = [teams.beta.text, teams.theirs.id.text] + operations.map(\.id.text)
        for (person, pool) in teams.people where person != .nobody {
          for table in try await tables(pool) {
            guard let shown = table.shown else { continue }
            let condition = secrets.map { "\(shown) LIKE '%\($0)%'" }.joined(separator: " OR ")
            let named = await pool.attempt("SELECT FROM paddock.\(table.name) t WHERE \(condition)")
            #expect(named == .said(""), "\(person): \(table.name)")
            guard shown.contains("t.team_id::") else { continue }
            let numbered = await pool.attempt("SELECT FROM paddock.\(table.name) t WHERE team_id = \(number)")
            #expect(numbered == .said(""), "\(person): \(table.name)")
          }
        }
      }
    }

    @Test func noSequenceTellsHowBusyOthersAre() async throws {
      try await TwoTeams.with { teams in
        let sequences = try await teams.fixture.pool.query(
          """
          SELECT format('paddock.%I', relname) AS name FROM pg_class
          WHERE relnamespace = 'paddock'::regnamespace AND relkind = 'S'
          """)
        #expect(sequences.count >= 3)
        for (person, pool) in teams.people {
          var attempts = ["SELECT number FROM paddock.operation", "SELECT id FROM paddock.audit_entry"]
          for sequence in sequences {
            let name = try sequence.text("name")
            attempts += [
              "SELECT last_value FROM \(name)", "SELECT nextval('\(name)')", "SELECT setval('\(name)', 1)",
              "SELECT currval('\(name)')",
            ]
          }
          for sql in attempts {
            let outcome = await pool.attempt(sql)
            #expect(outcome == .refused("42501"), "\(person): \(sql)")
          }
        }
      }
    }

    /// The planner estimates from samples of all rows. With enough questions they could be read.
    @Test func noEstimateTellsWhatIsInRowsOfOthers() async throws {
      try await TwoTeams.with { teams in
        let fixture = teams.fixture
        for seq in 1...30 {
          let more = try await fixture.startSession("more", of: teams.beta)
          try await fixture.record((0..<20).map { "beta's secret \(seq)-\($0)" }, to: more)
        }
        try await fixture.pool.script("ANALYZE")
        let sampled = try await fixture.pool.query(
          """
          SELECT c.relname || '.' || a.attname AS name FROM pg_class c
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          WHERE c.relnamespace = 'paddock'::regnamespace AND c.relrowsecurity
            AND has_any_column_privilege('paddock_viewer', c.oid, 'SELECT')
            AND EXISTS (SELECT FROM pg_statistic s WHERE s.starelid = c.oid AND s.staattnum = a.attnum)
          """)
        #expect(try sampled.map { try $0.text("name") } == [])
        let pool = try #require(teams.people[.operator])
        for (there, elsewhere) in [
          ("paddock.session WHERE team = '\(teams.beta)'", "paddock.session WHERE team = 'nobody-at-all'"),
          ("paddock.session WHERE title < 'more'", "paddock.session WHERE title < 'a'"),
          (
            "paddock.read_events('\(teams.theirs.id)', 0, true, 9)",
            "paddock.read_events(gen_random_uuid(), 0, true, 9)"
          ),
          ("paddock.operation WHERE team = '\(teams.beta)'", "paddock.operation WHERE team = 'nobody-at-all'"),
        ] {
          let estimates = (try await estimates(there, pool), try await estimates(elsewhere, pool))
          #expect(estimates.0 == estimates.1 && !estimates.0.isEmpty, "\(there)")
        }
      }
    }

    private func estimates(_ source: String, _ pool: PostgresPool) async throws -> [Substring] {
      let lines = try await pool.query("EXPLAIN SELECT FROM \(source)").map { try $0.text("QUERY PLAN") }
      let plan = lines.joined(separator: " ")
      var found: [Substring] = []
      var rest = plan[...]
      while let place = rest.firstRange(of: "rows=") {
        rest = rest[place.upperBound...]
        found.append(rest.prefix { $0.isNumber })
      }
      return found
    }
  }
}
