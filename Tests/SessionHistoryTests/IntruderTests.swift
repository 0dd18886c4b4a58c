import ControlModel
import EmbeddedPostgres
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// Somebody with a login of a team, who has lifted all time-outs that he can, against a core.
@Suite(.serialized) struct IntruderTests {
  @Test(.timeLimit(.minutes(2))) func whoHasACoresKeyIsEnded() async throws {
    try await HistoryFixture.with { fixture in
      let suffix = fixture.suffix
      try await Self.openDoors(fixture)
      try await fixture.withLogin("viewer", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { _, pool in
        for key in [AdvisoryLock.lease, AdvisoryLock.search, AdvisoryLock.engine, "\(AdvisoryLock.slots), 7"] {
          let intruder = try await Self.intruder(pool)
          try await intruder.script("SELECT pg_advisory_lock(\(key))")
          let isLease = key == AdvisoryLock.lease
          #expect(try await fixture.store.acquireLease(holder: "host/1") != isLease)
          // It is no core because it has a core's key.
          #expect(try await fixture.store.leaseHolder() == (isLease ? nil : "host/1"))
          let found = try await fixture.store.endIntruders()
          #expect(found.map(\.login) == ["viewer_\(suffix)"] && found.allSatisfy(\.isEnded), "\(key)")
          try await until { try await fixture.store.acquireLease(holder: "host/1") }
          await intruder.close()
          await fixture.store.releaseLease()
        }
        // Not as one who waits in front of others, either.
        #expect(try await fixture.store.acquireLease(holder: "host/1"))
        let intruder = try await Self.intruder(pool)
        let waiting = Task { try await intruder.script("SELECT pg_advisory_lock(\(AdvisoryLock.lease))") }
        try await until { try await !fixture.store.endIntruders().isEmpty }
        await #expect(throws: PostgresError.self) { try await waiting.value }
      }
      let recorded = try await fixture.pool.query(
        "SELECT login, reason, teams FROM paddock.ended_connection ORDER BY id")
      #expect(recorded.count == 5)
      #expect(try recorded.first?.text("login") == "viewer_\(suffix)")
      #expect(try recorded.first?.textArray("teams") == [fixture.team.text])
      let operations = try await fixture.store.operations(of: nil, team: fixture.team, limit: 10)
        .filter { $0.kind == .endConnection }
      // One a minute tells of all of them.
      #expect(operations.count == 1)
      #expect(operations.first?.subject == "viewer_\(suffix)" && operations.first?.outcome == .succeeded)
      #expect(operations.first?.reason?.contains("advisory lock (1885431908, 2)") == true)
    }
  }

  @Test(.timeLimit(.minutes(2))) func whoCountsAsACoreIsACore() async throws {
    try await HistoryFixture.with { fixture in
      try await Self.openDoors(fixture)
      try await fixture.withLogin("viewer", roles: ["paddock_viewer"]) { _, pool in
        let intruder = try await Self.intruder(pool)
        try await intruder.script("SELECT pg_advisory_lock_shared(\(AdvisoryLock.lease))")
        #expect(try await fixture.store.join(holder: "host/1") == 1)
        #expect(try await fixture.store.leaseHolder() == "host/1")
        #expect(try await fixture.store.claims(under: 1, settledFor: 0)?.held.count == SessionSlots.count)
        await intruder.close()
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func whoKeepsACoreWaitingIsEndedBehindTwoSeconds() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await withCore(fixture) { core in
        try await fixture.withLogin("mallory", roles: ["paddock_operator", fixture.role(of: fixture.team)]) { _, pool in
          // Whatever right lets him do it.
          try await fixture.pool.script("GRANT SELECT, UPDATE ON paddock.session TO mallory_\(fixture.suffix)")
          let intruder = try await Self.intruder(pool)
          try await intruder.script("BEGIN; LOCK TABLE paddock.session IN ACCESS EXCLUSIVE MODE")
          let recording = Task { try await core.record([fixture.batch([EventDraft(.assistant, "x")], of: session)]) }
          let begin = ContinuousClock.now
          var found: [EndedConnection] = []
          while found.isEmpty { found = try await core.endIntruders() }
          #expect(ContinuousClock.now - begin > .seconds(1.5))
          try await recording.value
          #expect(found.first?.login == "mallory_\(fixture.suffix)" && found.first?.isEnded == true)
          #expect(found.first?.reason == "it kept a core waiting for a lock for 2 s")
          await #expect(throws: PostgresError.self) { try await intruder.script("SELECT 1") }
        }
      }
      #expect(try await fixture.store.session(session.id).events == 1)
    }
  }

  /// Of whatever team: whoever gives a person a role in his own team would have shared one with him.
  @Test(.timeLimit(.minutes(2))) func whoKeepsOthersWaitingIsEnded() async throws {
    try await HistoryFixture.with { fixture in
      let other = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(other)
      try await Self.openDoors(fixture)
      let own = ["paddock_viewer", fixture.role(of: fixture.team)]
      try await fixture.withLogin("mallory", roles: own) { _, mallory in
        for (name, team) in [("friend", fixture.team), ("beta", other)] {
          try await fixture.withLogin(name, roles: ["paddock_viewer", fixture.role(of: team)]) { _, victim in
            let holder = try await Self.intruder(mallory)
            try await holder.script("SELECT pg_advisory_lock(77)")
            let waiting = Task {
              try await victim.withConnection { try await $0.script("SELECT pg_advisory_lock(77)") }
            }
            try await until { try await !fixture.store.endIntruders().isEmpty }
            try await waiting.value
            await holder.close()
          }
        }
      }
    }
  }

  /// The table of locks is the whole server's, and nobody comes in any more when it is full.
  @Test(.timeLimit(.minutes(2))) func whoHoldsLocksWithoutEndIsEnded() async throws {
    try await HistoryFixture.with { fixture in
      try await Self.openDoors(fixture)
      try await fixture.withLogin("viewer", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { _, pool in
        let intruder = try await Self.intruder(pool)
        try await intruder.script("SELECT count(pg_advisory_lock(8, n)) FROM generate_series(1, 900) n")
        #expect(try await fixture.store.endIntruders().isEmpty)
        try await intruder.script("SELECT count(pg_advisory_lock(9, n)) FROM generate_series(1, 200) n")
        let found = try await fixture.store.endIntruders()
        #expect(found.map(\.reason) == ["it held 1100 locks"] && found.allSatisfy(\.isEnded), "\(found)")
        await intruder.close()
      }
    }
  }

  /// As where no superuser has made the schema.
  static func openDoors(_ fixture: HistoryFixture) async throws {
    try await fixture.pool.script(
      """
      DO $$ DECLARE door regprocedure; BEGIN
        FOR door IN SELECT oid::regprocedure FROM pg_proc WHERE proname ~ '^pg_(try_)?advisory_' LOOP
          EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', door);
        END LOOP;
      END $$
      """)
  }

  @Test(.timeLimit(.minutes(2))) func whoIdlesWithinATransactionIsEnded() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.withLogin("sleepy", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { _, pool in
        let intruder = try await Self.intruder(pool)
        try await intruder.script("BEGIN; SELECT count(*) FROM paddock.session")
        #expect(try await fixture.store.endIntruders().isEmpty)
        try await until {
          try await fixture.pool.query(
            "SELECT FROM paddock.end_intruders(2, 0.2, 3600, 20) WHERE is_ended AND reason LIKE '%idled within%'"
          ).count == 1
        }
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func whoKeepsATransactionOpenIsEndedThoughItIsBusy() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.withLogin("busy", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { _, pool in
        let intruder = try await Self.intruder(pool)
        let sleeping = Task { try await intruder.script("BEGIN; SELECT pg_sleep(1e6)") }
        #expect(try await fixture.store.endIntruders().isEmpty)
        try await until {
          try await fixture.pool.query(
            "SELECT FROM paddock.end_intruders(2, 60, 0.2, 20) WHERE is_ended AND reason = 'its transaction was open for 0.2 s'"
          ).count == 1
        }
        await #expect(throws: PostgresError.self) { try await sleeping.value }
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func noCoreAndNoSuperuserIsEnded() async throws {
    try await HistoryFixture.with { fixture in
      try await withCore(fixture) { core in
        let root = try await PostgresConnection.connect(PostgresConfiguration(url: fixture.url))
        try await root.script("BEGIN; LOCK TABLE paddock.session IN ACCESS EXCLUSIVE MODE")
        let asking = Task { try await core.managedSessions() }
        var found: [EndedConnection] = []
        while found.isEmpty { found = try await core.endIntruders() }
        #expect(found.map(\.isEnded) == [false])
        #expect(found.first?.reason == "it kept a core waiting for a lock for 2 s")
        await expectFailure(.unavailable) { try await asking.value }
        try await root.script("COMMIT")
        await root.close()
      }
    }
  }

  @Test(.timeLimit(.minutes(2))) func aLoginDoesNotTakeAllConnections() async throws {
    try await withTemporaryServer(settings: ["max_connections": "45"]) { server in
      let url = try await server.start()
      let lanes = StoreLanes.of(.core, url: url)
      let store = PostgresSessionStore(lanes)
      try await store.migrate()
      #expect(try await store.endIntruders().isEmpty)
      try await lanes.control.script("CREATE ROLE greedy LOGIN")
      var taken: [PostgresConnection] = []
      let refusal = await #expect(throws: PostgresError.self) {
        while true { taken.append(try await Self.intruder(PostgresConfiguration(url: url + "&user=greedy"))) }
      }
      #expect(refusal?.sqlstate == "53300")
      #expect(try await store.endIntruders().filter(\.isEnded).count == taken.count - 20)
      try await until {
        let connection = try? await PostgresConnection.connect(PostgresConfiguration(url: url + "&user=greedy"))
        await connection?.close()
        return connection != nil
      }
      await lanes.close()
    }
  }

  /// As with a database service, where nobody is a superuser.
  @Test(.timeLimit(.minutes(2))) func anOwnerWhoIsNoSuperuserEndsOthersOrSaysWhatItLacks() async throws {
    try await withTemporaryDatabase { url in
      let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)
      let (owner, viewer) = ("owner_\(suffix)", "viewer_\(suffix)")
      let root = PostgresPool(PostgresConfiguration(url: url))
      let database = try await root.query("SELECT current_database()::text AS name").first?.text("name") ?? ""
      try await root.script("CREATE ROLE \(owner) LOGIN CREATEROLE; ALTER DATABASE \(database) OWNER TO \(owner)")
      let lanes = StoreLanes.of(.core, url: url + "&user=\(owner)")
      let store = PostgresSessionStore(lanes)
      try await store.migrate()
      try await root.script("CREATE ROLE \(viewer) LOGIN IN ROLE paddock_viewer")
      // Since Postgres 16 an owner cannot give himself these two: a superuser does, once.
      let version = try await root.query("SELECT current_setting('server_version_num')::integer AS number").first
      if try version?.int("number") ?? 0 >= 160_000 {
        try await root.script(try #require(try await store.missingGuardRights()))
      }
      #expect(try await store.missingGuardRights() == nil)
      for isAllowed in [true, false] {
        if !isAllowed { try await root.script("REVOKE pg_signal_backend FROM \(owner)") }
        let intruder = try await Self.intruder(PostgresConfiguration(url: url + "&user=\(viewer)"))
        try await intruder.script("SELECT pg_advisory_lock(\(AdvisoryLock.lease))")
        #expect(try await store.endIntruders().map(\.isEnded) == [isAllowed])
        await intruder.close()
      }
      #expect(try await store.missingGuardRights() == "GRANT pg_signal_backend TO \(owner)")
      await lanes.close()
      try await root.script("ALTER DATABASE \(database) OWNER TO CURRENT_USER")
      try await root.script("DROP OWNED BY \(owner), \(viewer) CASCADE")
      try await root.script("DROP ROLE \(owner); DROP ROLE \(viewer)")
      await root.close()
    }
  }

  /// Programs ask it where there are no functions yet; the database asks its own.
  @Test func whoIsACoreIsSaidTheSameInBothPlaces() async throws {
    try await HistoryFixture.with { fixture in
      let owner = "owner_\(fixture.suffix)"
      try await fixture.pool.script(
        """
        CREATE ROLE \(owner); CREATE ROLE super_\(fixture.suffix) SUPERUSER;
        CREATE ROLE core_\(fixture.suffix) IN ROLE paddock_core; CREATE ROLE viewer_\(fixture.suffix) IN ROLE paddock_viewer;
        CREATE ROLE member_\(fixture.suffix) IN ROLE \(owner);
        """)
      let name = try await fixture.pool.query("SELECT current_database()::text AS name")[0].text("name")
      try await fixture.pool.script("ALTER DATABASE \"\(name)\" OWNER TO \(owner)")
      let rows = try await fixture.pool.query(
        """
        SELECT me.rolname::text AS name, \(CoreRights.are(of: "me.oid")) AS told, paddock.is_core_login(me.oid) AS asked
        FROM pg_roles me
        """)
      for row in rows {
        let name = try row.text("name")
        #expect(try row.bool("told") == row.bool("asked"), "\(name)")
      }
      let cores = Set(try rows.filter { try $0.bool("asked") }.map { try $0.text("name") })
      #expect(
        cores.isSuperset(of: [owner, "member_\(fixture.suffix)", "super_\(fixture.suffix)", "core_\(fixture.suffix)"]))
      #expect(!cores.contains("viewer_\(fixture.suffix)"))
      try await fixture.pool.script("ALTER DATABASE \"\(name)\" OWNER TO CURRENT_USER")
    }
  }

  /// The queue has 8 GiB: the rule is asked of one that is less than full, with all else of it.
  @Test(.timeLimit(.minutes(2))) func whoKeepsTheQueueOfNoticesFromBeingEmptiedIsEnded() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.withLogin("viewer", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { _, pool in
        let sleeper = try await Self.intruder(pool)
        try await sleeper.script("LISTEN anything")
        let sleep = Task { try await sleeper.script("BEGIN; SELECT pg_sleep(100)") }
        let writer = try await Self.intruder(pool)
        for _ in 0..<20 { try await writer.script("NOTIFY anything, '\(String(repeating: "x", count: 7_900))'") }
        // Longer than a transaction may be open while the queue is not emptied.
        try await until {
          try await fixture.pool.query(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(100)' AND xact_start < now() - interval '1.5 s'"
          ).count == 1
        }
        let ask = "SELECT reason FROM paddock.end_intruders(1000, 1, 1000, 1000)"
        #expect(try await fixture.pool.query(ask).isEmpty, "a queue that is nearly empty troubles nobody")
        // In this database alone: the queue is the server's, and other tests are on it.
        try await fixture.pool.script(
          """
          DO $$ BEGIN EXECUTE replace(
            pg_get_functiondef('paddock.end_intruders'::regproc), 'usage() > 0.25', 'usage() > 0 AND c.is_here'); END $$
          """)
        let found = try await fixture.pool.query(ask).map { try $0.text("reason") }
        #expect(found == ["its transaction kept the server's queue of notices from being emptied"])
        await #expect(throws: PostgresError.self) { try await sleep.value }
        await writer.close()
      }
    }
  }

  static func intruder(_ pool: PostgresPool) async throws -> PostgresConnection {
    try await intruder(pool.configuration)
  }

  static func intruder(_ configuration: PostgresConfiguration) async throws -> PostgresConnection {
    let connection = try await PostgresConnection.connect(configuration)
    try await connection.script(
      "SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0; "
        + "SET idle_session_timeout = 0")
    return connection
  }

  private func withCore(_ fixture: HistoryFixture, _ body: (PostgresSessionStore) async throws -> Void) async throws {
    let login = "core_\(fixture.suffix)"
    try await fixture.pool.script("CREATE ROLE \(login) LOGIN IN ROLE paddock_core")
    let lanes = StoreLanes.of(.core, url: fixture.url + "&user=\(login)")
    let result: Result<Void, any Error>
    do { result = .success(try await body(PostgresSessionStore(lanes))) } catch { result = .failure(error) }
    await lanes.close()
    try result.get()
  }
}

/// Waits until the condition holds; the test's own time limit ends what never comes to pass.
func until(_ condition: () async throws -> Bool) async throws {
  while !(try await condition()) { try await Task.sleep(for: .milliseconds(20)) }
}
