import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

@Suite(.serialized) struct MigrationWayTests {
  private let next = Migration(
    number: Migration.all.count + 1, name: "next", sql: "ALTER TABLE paddock.agent ADD COLUMN next integer")

  /// SELECT is enough for a lock that is in the way of every change of a table.
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [
      "LOCK TABLE paddock.agent IN ACCESS SHARE MODE", "SELECT pg_advisory_lock(\(AdvisoryLock.migration))",
      "SELECT pg_advisory_lock(\(AdvisoryLock.lease))",
    ])
  func whoReadsIsNotInTheWayOfAMigrationForLong(_ lock: String) async throws {
    try await HistoryFixture.with { fixture in
      try await IntruderTests.openDoors(fixture)
      try await fixture.withLogin("viewer", roles: ["paddock_viewer"]) { _, pool in
        let intruder = try await IntruderTests.intruder(pool)
        try await intruder.script("BEGIN; \(lock)")
        try await fixture.store.migrate(to: Migration.all + [next])
        await #expect(throws: PostgresError.self) { try await intruder.script("SELECT 1") }
      }
      #expect(try await fixture.pool.query("SELECT next FROM paddock.agent").count == 1)
    }
  }

  @Test(.timeLimit(.minutes(2))) func whoMayNotBeEndedIsNamed() async throws {
    try await HistoryFixture.with { fixture in
      let root = try await PostgresConnection.connect(PostgresConfiguration(url: fixture.url))
      try await root.script("BEGIN; LOCK TABLE paddock.agent IN ACCESS SHARE MODE; SET application_name = 'report'")
      let process = await root.backendPID
      await #expect {
        try await fixture.store.migrate(to: Migration.all + [next], lockPatience: 3)
      } throws: { error in
        let text = (error as? ControlFailure)?.description ?? ""
        return text.contains("'paddock' (process \(process), report)")
      }
      try await root.script("COMMIT")
      await root.close()
    }
  }

  @Test func teamsComeAndGoByNoKeyThatAnybodyMayTake() async throws {
    try await HistoryFixture.with { fixture in
      let rows = try await fixture.pool.query(
        "SELECT prosrc FROM pg_proc WHERE pronamespace = 'paddock'::regnamespace AND proname = 'create_team'")
      // None at all, by now: the table's own lock, which nobody else may take.
      #expect(try rows.first?.text("prosrc").contains("advisory") == false)
      #expect(
        try await fixture.pool.query(
          """
          SELECT FROM pg_proc WHERE pronamespace = 'paddock'::regnamespace AND prosrc LIKE '%hashtextextended(%paddock.team%'
          """
        ).isEmpty)
    }
  }

  @Test(arguments: ["LATIN1", "SQL_ASCII"]) func aDatabaseThatIsNotUTF8IsRefused(_ encoding: String) async throws {
    try await withTemporaryDatabase { url in
      let root = PostgresPool(PostgresConfiguration(url: url))
      let name = "text_\(UInt32.random(in: 0 ... .max))"
      try await root.script("CREATE DATABASE \(name) ENCODING '\(encoding)' LOCALE 'C' TEMPLATE template0")
      let pool = PostgresPool(PostgresConfiguration(url: url + "&dbname=\(name)"))
      let store = PostgresSessionStore(pool)
      for isCore in [true, false] {
        await #expect {
          if isCore { try await store.migrate() } else { try await store.requireSchema() }
        } throws: { error in
          let failure = error as? ControlFailure
          return failure?.code == .unsupported && failure?.summary.contains(encoding) == true
        }
      }
      await pool.close()
      try await root.script("DROP DATABASE \(name)")
      await root.close()
    }
  }
}
