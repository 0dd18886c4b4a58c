import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

@Suite(.serialized) struct MigrationTests {
  private func withStore(_ body: (PostgresSessionStore) async throws -> Void) async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url))
      try await body(PostgresSessionStore(pool))
      await pool.close()
    }
  }

  @Test func aFreshDatabaseIsMigratedOnce() async throws {
    try await withStore { store in
      try await store.migrate()
      try await store.migrate()
      let numbers = try await store.query("SELECT number FROM paddock.schema_migration ORDER BY 1", []) {
        Int(try $0.int("number"))
      }
      #expect(numbers == Migration.all.map(\.number))
      #expect(numbers == Array(1...Migration.all.count))
    }
  }

  @Test func migratingFromSeveralPlacesAtOnceIsOneMigration() async throws {
    try await withStore { store in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { try await store.migrate() } }
        try await group.waitForAll()
      }
      #expect(try await store.teams().isEmpty)
    }
  }

  @Test func aDatabaseOfANewerBinaryIsRefused() async throws {
    try await withStore { store in
      try await store.migrate()
      try await store.execute("INSERT INTO paddock.schema_migration VALUES (99, 'future', 'x')")
      await #expect { try await store.migrate() } throws: { error in
        let failure = error as? ControlFailure
        return failure?.code == .unsupported && failure?.summary.contains("version 99") == true
      }
    }
  }

  @Test func aMigrationThatWasChangedIsRefused() async throws {
    try await withStore { store in
      try await store.migrate()
      try await store.execute("UPDATE paddock.schema_migration SET checksum = 'x' WHERE number = 1")
      await #expect(throws: ControlFailure.self) { try await store.migrate() }
    }
  }

  @Test func aFailingMigrationLeavesNothingBehind() async throws {
    try await withStore { store in
      let broken = Migration(
        number: Migration.all.count + 1, name: "broken", sql: "CREATE TABLE paddock.left (); SELECT 1/0")
      await #expect(throws: ControlFailure.self) { try await store.migrate(to: Migration.all + [broken]) }
      try await store.migrate()
      #expect(try await store.query("SELECT FROM pg_class WHERE relname = 'left'").isEmpty)
    }
  }

  private let next = Migration(
    number: Migration.all.count + 1, name: "next", sql: "CREATE TABLE paddock.next ()")

  @Test func aCommandMakesTheSchemaInAnEmptyDatabaseAndChangesNoOther() async throws {
    try await withStore { store in
      try await store.requireSchema()
      try await store.requireSchema()
      await #expect {
        try await store.requireSchema(Migration.all + [next])
      } throws: { error in
        let failure = error as? ControlFailure
        return failure?.code == .unsupported && failure?.summary.contains("version \(Migration.all.count);") == true
          && failure?.hint?.contains("paddock up") == true
      }
      #expect(try await store.query("SELECT FROM pg_class WHERE relname = 'next'").isEmpty)
    }
  }

  @Test func theSchemaDoesNotChangeUnderACoreThatIsAtWork() async throws {
    try await withStore { store in
      try await store.migrate()
      #expect(try await store.acquireLease(holder: "here/1"))
      await #expect {
        try await store.migrate(to: Migration.all + [next])
      } throws: { error in
        let failure = error as? ControlFailure
        return failure?.code == .refused && failure?.summary.contains("here/1") == true
      }
      try await store.migrate()
      await store.releaseLease()
      try await store.migrate(to: Migration.all + [next])
      #expect(try await store.query("SELECT FROM pg_class WHERE relname = 'next'").count == 1)
    }
  }

  @Test func anOwnerWhoMayCreateRolesIsEnough() async throws {
    try await withTemporaryDatabase { url in
      let owner = "owner_\(UInt32.random(in: 0...UInt32.max))"
      let root = PostgresPool(PostgresConfiguration(url: url))
      let database = try await root.query("SELECT current_database()::text AS name").first?.text("name")
      try await root.script("CREATE ROLE \(owner) LOGIN CREATEROLE")
      try await root.script("ALTER DATABASE \(try #require(database)) OWNER TO \(owner)")
      let pool = PostgresPool(PostgresConfiguration(url: url + "&user=\(owner)"))
      let store = PostgresSessionStore(pool)
      try await store.migrate()
      let team = try ResourceName("red-\(UInt32.random(in: 0...UInt32.max))")
      _ = try await store.createTeam(team, actor: "owner", reason: nil)
      #expect(try await store.teams().map(\.name) == [team])
      try await store.deleteTeam(team, actor: "owner", reason: nil)
      await pool.close()
      try await root.script(
        "DROP OWNED BY \(owner) CASCADE; ALTER DATABASE \(try #require(database)) OWNER TO CURRENT_USER")
      try await root.script("DROP ROLE \(owner)")
      await root.close()
    }
  }
}
