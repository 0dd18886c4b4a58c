import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct TeamIsolationTests {
  @Test func aTeamCannotSeeAnother() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let mine = try await fixture.startSession("mine")
      let theirs = try await fixture.startSession("theirs", of: green)
      try await fixture.record(["needle"], to: mine)
      try await fixture.record(["needle"], to: theirs)
      try await fixture.indexAll()
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("alice", roles: roles) { store, pool in
        #expect(try await store.teams().map(\.name) == [fixture.team])
        #expect(try await store.agents(of: nil).map(\.team) == [fixture.team])
        #expect(try await store.sessions(of: nil).map(\.title) == ["mine"])
        #expect(try await store.events(of: mine.id, .last, limit: 9).count == 1)
        #expect(try await store.events(of: theirs.id, .last, limit: 9).isEmpty)
        #expect(try await store.search(SearchQuery(text: "needle")).map(\.session) == [mine.id])
        #expect(try await store.search(SearchQuery(text: "needle", team: green)).isEmpty)
        #expect(try await store.operations(of: nil, team: nil, limit: 9).allSatisfy { $0.team == fixture.team })
        for table in ["audit", "audit_head", "secret_binding", "sandbox_report"] {
          let foreign = try await pool.query(
            "SELECT FROM paddock.\(table) t WHERE to_jsonb(t)::text LIKE $1 OR to_jsonb(t)::text LIKE $2",
            [.text("%\(green)%"), .text("%\(theirs.id)%")])
          #expect(foreign.isEmpty, "\(table)")
        }
        let kill = fixture.operation(.kill, theirs)
        await expectFailure(.notFound) { try await store.submit(kill) }
        await expectFailure(.notFound) {
          try await store.applyAgent(fixture.agent, of: green, spec: AgentSpec(runtime: .exec), actor: "a")
        }
        try await store.submit(fixture.operation(.kill, mine))
      }
    }
  }

  @Test func anOperatorActsInItsOwnTeamOnly() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("bob", roles: roles) { store, pool in
        let started = try await store.startSession(
          StartRequest(
            id: .make(at: .now()), operation: .make(at: .now()), team: fixture.team, agent: fixture.agent, title: "",
            message: nil, actor: "bob"))
        try await fixture.linkAll()
        let role = try await fixture.pool.query(
          """
          SELECT content::json ->> 'role' AS role FROM paddock.audit
          WHERE operation_id IN (SELECT id FROM paddock.operation WHERE session_id = $1)
          """, [.uuid(started.id)])
        #expect(try role.first?.text("role") == "bob_\(fixture.suffix)")
        for (sql, parameters) in [
          (Operation.forgery, foreignOperation(green).forged),
          (
            Operation.forgery,
            Operation(
              id: .make(at: .now()), kind: .kill, team: fixture.team, session: started.id, actor: "bob",
              requestedAt: .now(), outcome: .succeeded
            ).forged
          ),
          ("UPDATE paddock.session SET state = 'killed'", []), ("DELETE FROM paddock.event", []),
          ("SELECT ciphertext FROM paddock.secret", []), ("DELETE FROM paddock.operation", []),
          ("INSERT INTO paddock.audit VALUES ('x', 1, gen_random_uuid(), '', '', 1)", []),
          ("SELECT paddock.create_team('x', gen_random_uuid(), '', '', '{}')", []),
        ] as [(String, [PostgresValue])] {
          await expectFailure(.permissionDenied, "\(sql)") {
            _ = try await PostgresSessionStore(pool).execute(sql, parameters)
          }
        }
      }
    }
  }

  @Test func aViewerCannotWrite() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let roles = ["paddock_viewer", fixture.role(of: fixture.team)]
      try await fixture.withLogin("carol", roles: roles) { store, _ in
        try await store.migrate()
        #expect(try await store.sessions(of: nil).map(\.id) == [session.id])
        let kill = fixture.operation(.kill, session)
        for attempt in [
          { try await store.submit(kill) },
          { _ = try await store.createTeam(try ResourceName("x"), actor: "c", reason: nil) },
          { try await store.setState(.killed, reason: "", of: session.id) },
          { try await store.purge(session.id) },
          { try await store.record([fixture.batch([EventDraft(.user, "x")], of: session)]) },
        ] as [@Sendable () async throws -> Void] {
          await expectFailure(.permissionDenied, perform: attempt)
        }
      }
    }
  }

  @Test func anAdminSeesAllTeamsAndMakesThem() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.withLogin("dora", roles: ["paddock_admin"]) { store, _ in
        _ = try await store.createTeam(green, actor: "dora", reason: "new")
        await expectFailure(.alreadyExists) { _ = try await store.createTeam(green, actor: "dora", reason: nil) }
        #expect(try await store.teams().map(\.name) == [fixture.team, green])
        let session = try await fixture.startSession()
        await expectFailure(.refused) { try await store.deleteTeam(fixture.team, actor: "dora", reason: nil) }
        try await fixture.store.purge(session.id)
        try await store.deleteTeam(fixture.team, actor: "dora", reason: nil)
        #expect(try await store.teams().map(\.name) == [green])
        let roles = try await fixture.pool.query(
          "SELECT FROM pg_roles WHERE rolname = $1", [.text("paddock_team_\(fixture.team)")])
        #expect(roles.isEmpty)
      }
    }
  }
}

private func foreignOperation(_ team: ResourceName) -> Operation {
  Operation(id: .make(at: .now()), kind: .setSecret, team: team, subject: "X", actor: "bob", requestedAt: .now())
}
