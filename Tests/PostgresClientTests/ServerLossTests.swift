import EmbeddedPostgres
import Glibc
import PostgresClient
import PostgresTestSupport
import Testing

/// Each test has a server of its own and kills it.
@Suite struct ServerLossTests {
  @Test func aListenerGoesOnAfterTheServerWasKilled() async throws {
    try await withOwnServer { server, url in
      let listener = PostgresListener(PostgresConfiguration(url: url))
      var events = listener.events(channels: ["news", "Odd \"name\""]).makeAsyncIterator()
      #expect(await events.next() == .reconnected)
      try await notify(url, "first")
      #expect(await events.next() == .notification(PostgresNotification(channel: "news", payload: "first")))
      try killServer(server)
      let began = ContinuousClock.now
      #expect(await events.next() == .lost)
      // A closed socket is known at once, whatever the machine has to do besides.
      #expect(ContinuousClock.now - began < .seconds(30))
      _ = try await server.start()
      while let event = await events.next(), event != .reconnected { #expect(event == .lost) }
      try await notify(url, "second")
      #expect(await events.next() == .notification(PostgresNotification(channel: "news", payload: "second")))
    }
  }

  @Test func aServerThatIsSilentIsLostUntilItAnswers() async throws {
    try await withOwnServer { _, url in
      var events = PostgresListener(PostgresConfiguration(url: url)).events(channels: ["news"]).makeAsyncIterator()
      #expect(await events.next() == .reconnected)
      let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      let rows = try await connection.query(
        "SELECT pid::int8 AS pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
      )
      let backend = try pid_t(#require(rows.first).int("pid"))
      kill(backend, SIGSTOP)
      #expect(await events.next() == .lost)
      kill(backend, SIGCONT)
      #expect(await events.next() == .reconnected)
      try await notify(url, "after")
      #expect(await events.next() == .notification(PostgresNotification(channel: "news", payload: "after")))
      await connection.close()
    }
  }

  @Test func aPoolGoesOnAfterTheServerWasKilled() async throws {
    try await withOwnServer { server, url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 2, patience: 60)
      let task = Task { try await pool.query("SELECT pg_sleep(600)") }
      #expect(try await pool.query("SELECT 1").count == 1)
      try killServer(server)
      let failure = await #expect(throws: PostgresError.self) { _ = try await task.value }
      #expect(failure?.isConnectionLoss == true)
      _ = try await server.start()
      #expect(try await pool.query("SELECT 1").count == 1)
      try await server.stop()
      let waiting = Task { try await pool.query("SELECT 1") }
      _ = try await server.start()
      #expect(try await waiting.value.count == 1)
      await pool.close()
      await #expect(throws: PostgresError.closed) { _ = try await pool.query("SELECT 1") }
    }
  }

  @Test func aConnectionLostDuringCommitIsReportedAsSuch() async throws {
    try await withOwnServer { _, url in
      let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      // A deferred trigger runs as a part of COMMIT; this one ends its own server process.
      try await connection.script(
        """
        CREATE TABLE t (id int8);
        CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(600); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER last AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
        """)
      await #expect(throws: PostgresError.commitUnknown) {
        try await connection.transaction { _ = try await $0.execute("INSERT INTO t VALUES (1)") }
      }
      #expect(await !connection.isUsable())
    }
  }
}

@Suite struct PoolTests {
  @Test func aTransactionIsAllOrNothing() async throws {
    struct Refused: Error {}
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 2)
      try await pool.script("CREATE TABLE t (id int8)")
      try await pool.transaction { _ = try await $0.execute("INSERT INTO t VALUES (1)") }
      await #expect(throws: Refused.self) {
        try await pool.transaction { connection in
          try await connection.execute("INSERT INTO t VALUES (2)")
          throw Refused()
        }
      }
      await #expect(throws: PostgresError.transactionAborted) {
        try await pool.transaction { connection in
          try await connection.execute("INSERT INTO t VALUES (3)")
          _ = try? await connection.execute("SELECT 1 / 0")
        }
      }
      #expect(try await pool.query("SELECT sum(id) AS s FROM t").first?.int("s") == 1)
      await pool.close()
    }
  }

  @Test func callersShareFewConnections() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 3, patience: 60)
      let pids = try await withThrowingTaskGroup(of: Int64?.self) { group in
        for _ in 0..<60 {
          group.addTask { try await pool.query("SELECT pg_backend_pid() AS pid").first?.int("pid") }
        }
        return try await group.reduce(into: Set<Int64?>()) { $0.insert($1) }
      }
      #expect(pids.count <= 3)
      await pool.close()
    }
  }

  @Test func aCallerWaitsOnlyForSoLong() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 1, patience: 0.2)
      try await pool.withConnection { _ -> Void in
        _ = await #expect(throws: PostgresError.timedOut) { try await pool.script("SELECT 1") }
      }
      await pool.close()
    }
  }
}

private func withOwnServer(_ body: (EmbeddedPostgres, String) async throws -> Void) async throws {
  try await withTemporaryServer { server in try await body(server, try await server.start()) }
}

private func killServer(_ server: EmbeddedPostgres) throws {
  guard case .running(let pid, _) = server.status() else { throw EmbeddedPostgresError.startFailed(log: "not running") }
  kill(pid, SIGKILL)
}

private func notify(_ url: String, _ payload: String) async throws {
  let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
  _ = try await connection.query("SELECT pg_notify('news', $1)", [.text(payload)])
  await connection.close()
}
