import PostgresClient
import PostgresTestSupport
import Testing

@Suite struct CancellationTests {
  @Test func aCancelledTaskStopsItsStatementAndLeavesTheConnectionUsable() async throws {
    try await withTemporaryDatabase { url in
      let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      let watcher = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      for _ in 0..<10 {
        let task = Task { try await connection.query("SELECT pg_sleep(600)") }
        try await untilOneRow(
          watcher, "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(6__)' AND state = 'active'")
        task.cancel()
        await #expect(throws: PostgresError.cancelled) { _ = try await task.value }
        try await expectUsable(connection)
      }
      await connection.close()
      await watcher.close()
    }
  }

  @Test func aCancellationAtAnyMomentHitsNoLaterStatement() async throws {
    try await withTemporaryConnection { connection in
      for round in 0..<200 {
        let task = Task {
          try await connection.query("SELECT count(*) FROM generate_series(1, $1::int8)", [.int8(2000)])
        }
        for _ in 0..<(round % 7) { await Task.yield() }
        task.cancel()
        _ = await task.result
        try await expectUsable(connection)
      }
    }
  }

  @Test func aStatementTimeoutIsATimeout() async throws {
    try await withTemporaryDatabase { url in
      var configuration = PostgresConfiguration(url: url)
      configuration.statementTimeout = 0.05
      let connection = try await PostgresConnection.connect(configuration)
      await #expect(throws: PostgresError.timedOut) { _ = try await connection.query("SELECT pg_sleep(600)") }
      await connection.close()
      await #expect(throws: PostgresError.closed) { _ = try await connection.query("SELECT 1") }
    }
  }

  @Test func closingEndsAStatementThatRuns() async throws {
    try await withTemporaryConnection { connection in
      let task = Task { try await connection.query("SELECT pg_sleep(600)") }
      await Task.yield()
      await connection.close()
      await #expect(throws: PostgresError.closed) { _ = try await task.value }
    }
  }

  @Test func waitingForTheServerHoldsUpNoOtherTask() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 6)
      let sleepers = (0..<6).map { _ in Task { try await pool.query("SELECT pg_sleep(600)") } }
      let other = Task { 1 + 1 }
      #expect(await other.value == 2)
      for sleeper in sleepers { sleeper.cancel() }
      for sleeper in sleepers { await #expect(throws: PostgresError.cancelled) { _ = try await sleeper.value } }
      await pool.close()
    }
  }
}

/// Asks again and again until the answer has a row.
func untilOneRow(_ connection: PostgresConnection, _ sql: String) async throws {
  while try await connection.query(sql).isEmpty { await Task.yield() }
}

func expectUsable(_ connection: PostgresConnection) async throws {
  #expect(try await connection.query("SELECT 1").count == 1)
}
