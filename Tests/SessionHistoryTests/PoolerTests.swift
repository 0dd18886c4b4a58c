import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// With a real PgBouncer between us and the server.
@Suite(.serialized) struct PoolerTests {
  @Test(.timeLimit(.minutes(3)), arguments: [PoolMode.transaction, .statement], [1, 2, 20])
  func aPoolerThatMixesClientsIsRefused(_ mode: PoolMode, _ poolSize: Int) async throws {
    try await HistoryFixture.with { fixture in
      try await withPgBouncer(mode, poolSize: poolSize, to: fixture.url) { url in
        // Work of others makes which process answers a matter of luck.
        try await underLoad(url, clients: poolSize / 3) {
          let pool = PostgresPool(PostgresConfiguration(url: url))
          let store = PostgresSessionStore(pool)
          for isCore in [true, false, true, false] {
            await #expect {
              if isCore { try await store.migrate() } else { try await store.requireSchema() }
            } throws: { error in
              let failure = error as? ControlFailure
              return failure?.code == .unsupported && failure?.hint?.contains("pool_mode = session") == true
            }
          }
          await pool.close()
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(3))) func aPoolerInSessionModeIsAsGoodAsTheServer() async throws {
    try await HistoryFixture.with { fixture in
      try await withPgBouncer(.session, poolSize: 30, to: fixture.url) { url in
        let lanes = StoreLanes.of(.core, url: url)
        let store = PostgresSessionStore(lanes)
        try await store.migrate()
        try await store.requireSchema()
        var changes = store.wakeUps().makeAsyncIterator()
        #expect(await changes.next() == .everything)
        #expect(try await store.join(holder: "host/1") == 1)
        #expect(try await store.claims(under: 1, settledFor: 0)?.held == SessionSlots.all)
        #expect(try await store.join(holder: "host/1") == 1)
        let session = try await fixture.startSession()
        #expect(await changes.next() != nil)
        try await store.record([fixture.batch([EventDraft(.assistant, "needle")], of: session)])
        while try await store.indexEvents(limit: 100) > 0 {}
        #expect(try await store.search(SearchQuery(text: "needle")).count == 1)
        await store.releaseLease()
        #expect(try await store.acquireLease(holder: "host/1"))
        #expect(try await PostgresSessionStore(fixture.pool).acquireLease(holder: "host/2") == false)
        await store.releaseLease()
        await lanes.close()
      }
    }
  }

  /// Two cores that speak to one process of the server: its lock answers to both of them.
  @Test(.timeLimit(.minutes(2)), arguments: [LeaseProof.Mode.exclusive, .shared])
  func noTwoCoresHaveTheLeaseEvenWhereThePoolerWasNotFoundOut(_ mode: LeaseProof.Mode) async throws {
    try await HistoryFixture.with { fixture in
      try await withPgBouncer(.transaction, poolSize: 1, to: fixture.url) { url in
        let (first, second) = (try await connect(url), try await connect(url))
        try await keepNamesApart(second)
        let proof = try #require(try await LeaseProof.take(mode, first))
        // What an answer of the server is worth here.
        let naive = try await second.query("SELECT pg_try_advisory_lock(\(AdvisoryLock.lease)) AS taken")
        #expect(try naive.first?.bool("taken") == true)
        try await second.script("SELECT pg_advisory_unlock(\(AdvisoryLock.lease))")
        await expectFailure(.unsupported) { try await LeaseProof.take(mode, second) }
        #expect(await proof.holds(first))
        for connection in [first, second] { await connection.close() }
      }
    }
  }

  /// Another process answers than the one that took the lease.
  @Test(.timeLimit(.minutes(2))) func anAnswerOfAnotherProcessProvesNothing() async throws {
    try await HistoryFixture.with { fixture in
      try await withPgBouncer(.transaction, poolSize: 2, to: fixture.url) { url in
        let (core, others) = (try await connect(url), [try await connect(url), try await connect(url)])
        for (index, other) in others.enumerated() { try await keepNamesApart(other, upTo: 40 * (index + 1)) }
        let proof = try #require(try await LeaseProof.take(.exclusive, core))
        try await keepBusy(try await holderOfTheLease(fixture), by: others)
        #expect(try await core.query("SELECT 1").count == 1)
        #expect(await !proof.holds(core))
        for connection in [core] + others { await connection.close() }
      }
    }
  }

  private func holderOfTheLease(_ fixture: HistoryFixture) async throws -> Int64 {
    let rows = try await fixture.pool.query(
      """
      SELECT pid::bigint AS process FROM pg_locks
      WHERE locktype = 'advisory' AND (classid, objid) = (\(AdvisoryLock.lease))
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """)
    return try #require(rows.first).int("process")
  }

  /// Which process a pooler gives for a transaction is its own affair: of as many clients as it has processes one gets it.
  private func keepBusy(_ process: Int64, by clients: [PostgresConnection]) async throws {
    var idle: [PostgresConnection] = []
    for client in clients {
      try await client.script("BEGIN")
      if try await client.query("SELECT pg_backend_pid()::bigint AS process").first?.int("process") == process { break }
      idle.append(client)
    }
    try #require(idle.count < clients.count)
    for client in idle { try await client.script("ROLLBACK") }
  }

  @Test(.timeLimit(.minutes(2))) func aLeaseThatItsConnectionHasNotIsLost() async throws {
    try await HistoryFixture.with { fixture in
      let connection = try await PostgresConnection.connect(PostgresConfiguration(url: fixture.url))
      for lost in [
        "SELECT pg_advisory_unlock(\(AdvisoryLock.lease))", "SELECT set_config('paddock.lease', 'another', false)",
      ] {
        let proof = try #require(try await LeaseProof.take(.exclusive, connection))
        #expect(await proof.holds(connection))
        // Two who speak to one process of the server.
        await expectFailure(.unsupported) { try await LeaseProof.take(.exclusive, connection) }
        try await connection.script(lost)
        #expect(await !proof.holds(connection))
        try await connection.script("SELECT pg_advisory_unlock_all(); RESET ALL")
      }
      let proof = try #require(try await LeaseProof.take(.shared, connection))
      try await connection.script("SELECT pg_advisory_lock(\(AdvisoryLock.slots), n) FROM generate_series(1, 3) n")
      #expect(await proof.holds(connection, slots: [1, 2, 3]))
      #expect(await !proof.holds(connection, slots: [1, 2, 3, 4]))
      await connection.close()
      #expect(await !proof.holds(connection))
    }
  }

  private func connect(_ url: String) async throws -> PostgresConnection {
    try await PostgresConnection.connect(PostgresConfiguration(url: url))
  }

  /// Connections number the statements that they prepare: two would get in each other's way before it comes to locks.
  private func keepNamesApart(_ connection: PostgresConnection, upTo count: Int = 40) async throws {
    for number in 0..<count { _ = try await connection.query("SELECT \(number)") }
    try await connection.script("DEALLOCATE ALL")
  }

  private func underLoad(_ url: String, clients: Int, _ body: () async throws -> Void) async throws {
    let pool = PostgresPool(PostgresConfiguration(url: url), size: max(1, clients))
    let load = (0..<clients).map { _ in
      Task { while !Task.isCancelled { try? await pool.script("SELECT pg_sleep(random() / 200)") } }
    }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    for task in load { task.cancel() }
    for task in load { await task.value }
    await pool.close()
    try result.get()
  }
}
