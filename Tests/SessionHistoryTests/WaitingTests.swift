import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

extension DoorTests {
  /// What somebody of alpha leaves open holds up nobody of beta, and no core.
  @Suite struct WaitingTests {
    @Test(.timeLimit(.minutes(2)), arguments: TwoTeams.Person.allCases)
    func whatOneTeamLeavesOpenHoldsUpNoOther(person: TwoTeams.Person) async throws {
      try await TwoTeams.with { teams in
        let connection = try await PostgresConnection.connect(try #require(teams.people[person]).configuration)
        try await connection.script("BEGIN")
        for sql in Self.everything(teams) {
          try await connection.script("SAVEPOINT s")
          do {
            _ = try await connection.query(sql)
          } catch {
            #expect(!person.isOperator, "\(sql): \(error)")
            try await connection.script("ROLLBACK TO s")
          }
        }
        try await everythingElseGoesOn(teams)
        await connection.close()
      }
    }

    /// All that an operator can write, and what a viewer can hold.
    private static func everything(_ teams: TwoTeams) -> [String] {
      let (team, session) = ("'\(teams.alpha)'", "'\(teams.mine.id)'")
      return [
        "SELECT paddock.apply_agent(\(team), 'other', 'exec', '{\"runtime\": \"exec\"}', 'x')",
        "SELECT paddock.apply_agent(\(team), 'fixer', 'exec', '{\"runtime\": \"exec\", \"x\": 1}', 'x')",
        "SELECT paddock.start_session(gen_random_uuid(), gen_random_uuid(), \(team), 'fixer', 't', 'go', 'x', NULL)",
        "SELECT paddock.submit_operation(gen_random_uuid(), 'session.kill', \(team), \(session), 1, NULL, 'x', 'y', NULL)",
        "SELECT paddock.submit_operation(gen_random_uuid(), 'session.kill', \(team), \(session), 1, NULL, 'x', 'y', 'no')",
        "SELECT paddock.set_secret(\(team), 'TOKEN', '\\x00', '\\x00', 'k', 'x')",
        "SELECT paddock.bind_secret(\(team), 'TOKEN', 'other', 'x')",
        "SELECT paddock.delete_secret(\(team), 'TOKEN', 'x', NULL)",
        "SELECT paddock.delete_agent(\(team), 'other', 'x', NULL)",
        "SELECT count(*) FROM paddock.session, paddock.agent, paddock.team, paddock.audit_head",
        "SELECT count(*) FROM paddock.read_events(\(session), 0, true, 10)",
      ]
    }

    private func everythingElseGoesOn(_ teams: TwoTeams) async throws {
      let fixture = teams.fixture
      let pool = PostgresPool(PostgresConfiguration(url: fixture.url + "&options=-c%20lock_timeout%3D2s"))
      let store = PostgresSessionStore(pool)
      let theirs = teams.theirs
      // The core's: on both teams, since it is one.
      for session in [theirs, teams.mine] {
        try await store.record([fixture.batch([EventDraft(.user, "more")], of: session, after: 3)])
        try await store.setState(.working, reason: "", of: session.id)
        try await store.setDesired(.running, of: session.id, expectedGeneration: 1, newGeneration: true)
        try await store.writeReports([session.id: SandboxReport(json: [:])])
      }
      _ = try await store.managedSessions()
      _ = try await store.indexEvents(limit: 1000)
      for operation in try await store.pendingOperations() { try await store.complete(operation.id, .succeeded) }
      let quota = try TeamQuota("pods=3")
      for team in [teams.alpha, teams.beta] {
        _ = try await store.changeTeam(team, quota: quota, actor: "root", reason: nil)
      }
      let another = try ResourceName("delta-\(fixture.suffix)")
      _ = try await store.createTeam(another, actor: "root", reason: nil)
      try await store.deleteTeam(another, actor: "root", reason: nil)
      while try await store.linkAudit(limit: 100) > 0 {}
      // Beta's operators'.
      _ = try await store.applyAgent(
        fixture.agent, of: teams.beta, spec: AgentSpec(runtime: .exec, command: ["x"]), actor: "x")
      let sealed = SealedSecret(ciphertext: [1], wrappedKey: [2], masterKeyID: "k")
      try await store.storeSecret(sealed, name: "TOKEN", of: teams.beta, actor: "x")
      try await store.submit(fixture.operation(.kill, theirs, generation: 2))
      _ = try await store.startSession(
        StartRequest(
          id: .make(at: .now()), operation: .make(at: .now()), team: teams.beta, agent: fixture.agent, title: "",
          message: "go", actor: "x"))
      while try await store.linkAudit(limit: 100) > 0 {}
      #expect(try await isIntact(store, teams.beta))
      try await store.setDesired(.purged, of: theirs.id, expectedGeneration: 2, newGeneration: false)
      try await store.purge(theirs.id)
      await pool.close()
    }

    @Test func whoeverCommitsLateIsLinkedLateAndTheChainHolds() async throws {
      try await TwoTeams.with { teams in
        let fixture = teams.fixture
        let late = fixture.operation(.message, teams.mine, argument: "a")
        let soon = fixture.operation(.kill, teams.mine)
        let connection = try await PostgresConnection.connect(try #require(teams.people[.operator]).configuration)
        try await connection.script("BEGIN")
        try await connection.execute(
          "SELECT paddock.submit_operation($1, 'session.message', $2, $3, 1, 'a', 'x', NULL, NULL)",
          [.uuid(late.id), .text(late.team), .uuid(teams.mine.id)])
        try await fixture.store.submit(soon)
        guard case .intact(_, _, let behind) = try await fixture.store.verifyAudit(of: teams.alpha) else {
          Issue.record("the chain is broken")
          return
        }
        #expect(behind >= 1)
        try await fixture.linkAll()
        #expect(try await linked(fixture, soon.id))
        #expect(try await linked(fixture, late.id) == false)
        try await connection.script("COMMIT")
        #expect(try await fixture.store.linkAudit(limit: 100) == 1)
        let order = try await fixture.store.query(
          "SELECT operation_id FROM paddock.audit WHERE team = $1 ORDER BY number DESC LIMIT 2", [.text(teams.alpha)]
        ) { try $0.uuid("operation_id") }
        #expect(order == [late.id.text, soon.id.text])
        #expect(try await isIntact(fixture.store, teams.alpha))
        await connection.close()
      }
    }

    /// Two cores may be at it while one takes over from the other.
    @Test func linkersTakeNothingFromEachOther() async throws {
      try await TwoTeams.with { teams in
        for _ in 0..<50 {
          try await teams.fixture.store.submit(teams.fixture.operation(.interrupt, teams.mine))
          try await teams.fixture.store.submit(teams.fixture.operation(.interrupt, teams.theirs))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<4 { group.addTask { while try await teams.fixture.store.linkAudit(limit: 7) > 0 {} } }
          try await group.waitForAll()
        }
        try await teams.fixture.linkAll()
        for team in [teams.alpha, teams.beta] { #expect(try await isIntact(teams.fixture.store, team)) }
      }
    }

    private func linked(_ fixture: HistoryFixture, _ operation: OperationID) async throws -> Bool {
      try await !fixture.pool.query("SELECT FROM paddock.audit WHERE operation_id = $1", [.uuid(operation)]).isEmpty
    }

    private func isIntact(_ store: PostgresSessionStore, _ team: ResourceName) async throws -> Bool {
      if case .intact(_, _, 0) = try await store.verifyAudit(of: team) { true } else { false }
    }
  }
}
