import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// A name that is given away again is another team, and what an older schema let in is set aside.
@Suite(.serialized) struct TeamLifeTests {
  @Test func aTeamOfAnOldNameSeesNothingOfTheOldOne() async throws {
    try await HistoryFixture.with { fixture in
      let team = fixture.team
      let session = try await fixture.startSession("the plan")
      try await fixture.store.submit(fixture.operation(.message, session, argument: "the plan"))
      try await fixture.linkAll()
      try await fixture.store.purge(session.id)
      try await fixture.store.deleteTeam(team, actor: "root", reason: nil)
      for operation in try await fixture.store.pendingOperations() {
        try await fixture.store.complete(operation.id, .failed("The session is purged."))
      }
      try await fixture.addTeam(team)
      try await fixture.linkAll()
      try await fixture.withLogin("ann", roles: ["paddock_operator", fixture.role(of: team)]) { store, _ in
        let kinds = try await store.operations(of: nil, team: team, limit: 100).map(\.kind)
        #expect(kinds == [.applyAgent, .createTeam])
        for (table, expected) in [("audit", 2), ("audit_head", 1), ("audit_entry", 0), ("operation", 2)] {
          let rows = try await store.query("SELECT count(*) AS number FROM paddock.\(table)", []) {
            try $0.int("number")
          }
          #expect(rows == [Int64(expected)], "\(table)")
        }
        guard case .intact(2, _, 0) = try await store.verifyAudit(of: team) else {
          Issue.record("the chain is broken")
          return
        }
        await expectFailure(.notFound) { try await store.submit(fixture.operation(.purge, session)) }
      }
      try await fixture.withLogin("dora", roles: ["paddock_admin"]) { store, _ in
        let old = try await store.operations(of: session.id, team: nil, limit: 9).map(\.argument)
        #expect(old == [nil, nil], "what was purged")
        let chains = try await store.query("SELECT id FROM paddock.team_identity WHERE name = $1", [.text(team)]) {
          try $0.int("id")
        }
        #expect(chains.count == 2)
        for chain in chains {
          let broken = try await store.query("SELECT FROM paddock.verify_chain($1)", [.int4(Int32(chain))])
          #expect(broken.isEmpty)
        }
      }
    }
  }

  @Test func noRowTiesATeamToAnothersSessionWhoeverWritesIt() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let theirs = try await fixture.startSession("theirs", of: green)
      var forged = fixture.operation(.kill, theirs)
      forged.team = fixture.team
      let operation = forged
      let mine = "SELECT id FROM paddock.team WHERE name = '\(fixture.team)'"
      for (sql, parameters) in [
        (Operation.forgery, operation.forged),
        (
          """
          INSERT INTO paddock.sandbox_report (session_id, team, report, written_at) VALUES ($1, $2, '{}', now())
          """, [.uuid(theirs.id), .text(fixture.team)]
        ),
        (
          "INSERT INTO paddock.legal_hold (team_id, session_id, reason, held_by) VALUES ((\(mine)), $1, 'x', 'y')",
          [.uuid(theirs.id)]
        ),
      ] as [(String, [PostgresValue])] {
        await #expect {
          try await fixture.pool.execute(sql, parameters)
        } throws: { ($0 as? PostgresError)?.sqlstate == "23503" }
      }
    }
  }

  @Test func whatAnOlderSchemaLetInIsSetAsideAndItsChainsHold() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url))
      let store = PostgresSessionStore(pool)
      try await store.migrate(to: Array(Migration.all.prefix(15)))
      let suffix = UInt32.random(in: 0 ... .max)
      let (alpha, beta) = (try ResourceName("alpha-\(suffix)"), try ResourceName("beta-\(suffix)"))
      try await pool.script(Self.older(alpha, beta))
      try await store.migrate()
      let aside = try await store.query("SELECT relation, reason FROM paddock.set_aside ORDER BY id", []) {
        "\(try $0.text("relation")): \(try $0.text("reason"))"
      }
      #expect(
        aside == [
          "paddock.operation: it commands a session of another team",
          "paddock.sandbox_report: its session is of another team",
        ])
      let pending = try await store.pendingOperations()
      #expect(pending.map(\.kind) == [.start, .start] && pending.map(\.team) == [beta, alpha])
      try await store.complete(pending[0].id, .succeeded)
      while try await store.linkAudit(limit: 100) > 0 {}
      guard case .intact(4, _, 0) = try await store.verifyAudit(of: alpha),
        // The first team of the name keeps the chain, as one cannot be cut; the second has begun another.
        case .intact(1, _, 0) = try await store.verifyAudit(of: beta)
      else {
        Issue.record("a chain is broken")
        return
      }
      let ended = try await store.query("SELECT content::json ->> 'outcome' AS outcome FROM paddock.set_aside", []) {
        try $0.optionalText("outcome")
      }
      #expect(ended == ["failed", nil], "what was pending has come to its end")
      let broken = try await store.query(
        "SELECT v.problem FROM paddock.team_identity i, paddock.verify_chain(i.id) v WHERE v.problem IS NOT NULL")
      #expect(broken.isEmpty)
      try await pool.script("DELETE FROM paddock.set_aside WHERE relation = 'paddock.operation'")
      #expect(try await store.verifyAudit(of: alpha) == .broken(entry: 2, problem: "its operation is missing"))
      try await pool.script("DROP OWNED BY \"paddock_team_\(alpha)\", \"paddock_team_\(beta)\"")
      try await pool.script("DROP ROLE \"paddock_team_\(alpha)\", \"paddock_team_\(beta)\"")
      await pool.close()
    }
  }

  /// Beta's name was given away twice, and an operator of alpha's has written what is none of alpha's.
  private static func older(_ alpha: ResourceName, _ beta: ResourceName) -> String {
    """
    SET timezone = 'Asia/Kolkata';
    SELECT paddock.create_team('\(alpha)', gen_random_uuid(), 'root', NULL, '{}');
    SELECT paddock.create_team('\(beta)', gen_random_uuid(), 'root', NULL, '{}');
    SELECT paddock.delete_team('\(beta)', gen_random_uuid(), 'root', NULL);
    SELECT paddock.create_team('\(beta)', gen_random_uuid(), 'root', NULL, '{}');
    INSERT INTO paddock.agent VALUES ('\(beta)', 'fixer', 'exec', '{"runtime":"exec"}', 1, now(), now());
    INSERT INTO paddock.session (id, team, team_id, agent, runtime, title, desired, generation, state, state_since,
      created_at)
    SELECT '00000000-0000-7000-8000-000000000001', name, id, 'fixer', 'exec', '', 'running', 1, 'working', now(), now()
    FROM paddock.team WHERE name = '\(beta)';
    INSERT INTO paddock.operation (id, kind, team, session_id, actor, requested_at) VALUES
      (gen_random_uuid(), 'session.start', '\(beta)', '00000000-0000-7000-8000-000000000001', 'bob', now()),
      ('00000000-0000-7000-8000-000000000002', 'session.kill', '\(alpha)', '00000000-0000-7000-8000-000000000001',
        'eve', now()),
      (gen_random_uuid(), 'session.start', '\(alpha)', '00000000-0000-7000-8000-000000000003', 'ann', now());
    INSERT INTO paddock.sandbox_report VALUES ('00000000-0000-7000-8000-000000000001', '\(alpha)', '{}', now());
    """
  }
}
