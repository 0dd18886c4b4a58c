import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

extension DoorTests {
  /// What is said of people is what the database knows of them, and how much they may say has a bound; what is said to
  /// them names who may.
  @Suite struct WordsTests {
    @Test func nobodySpeaksForAnotherInAHold() async throws {
      try await TwoTeams.with { teams in
        let pool = try #require(teams.people[.administrator])
        let claimed = "nobody-at-all/ben" + String(repeating: "x", count: 100_000)
        let made = try await pool.query(
          "SELECT paddock.hold($1, NULL, $2, 'not me') AS id", [.text(teams.alpha), .text(claimed)])
        let id = try #require(try made.first?.int("id"))
        let login = "administrator_\(teams.fixture.suffix)"
        #expect(try await teams.fixture.store.legalHolds(of: teams.alpha).map(\.heldBy) == [login])
        try await pool.execute("SELECT paddock.release_hold($1, $2, 'over')", [.int8(id), .text(claimed)])
        // Who may speak for a person does so in the bounds of a name.
        let other = try await teams.fixture.store.hold(nil, of: teams.alpha, actor: claimed, reason: "so")
        let rows = try await teams.fixture.pool.query(
          "SELECT id, held_by, released_by FROM paddock.legal_hold WHERE id >= $1 ORDER BY id", [.int8(id)])
        #expect(try rows.map { try $0.int("id") } == [id, other])
        #expect(try rows.first?.optionalText("released_by") == login)
        #expect(try #require(try rows.last?.text("held_by")).hasSuffix("/" + claimed.prefix(192)))
      }
    }

    @Test func holdsAndGrantsHaveABound() async throws {
      try await TwoTeams.with { teams in
        let pool = try #require(teams.people[.administrator])
        let many = await pool.attempt(
          "SELECT paddock.hold('\(teams.alpha)', NULL, 'x', 'y')::text AS said FROM generate_series(1, 501)")
        #expect(many == .refused("PD403"))
        let most = await pool.attempt(
          "SELECT count(paddock.hold('\(teams.alpha)', NULL, 'x', 'y'))::text AS said FROM generate_series(1, 500)")
        #expect(most == .said("500"))
        // Neither are they made and released without end.
        try await teams.fixture.pool.execute(
          """
          INSERT INTO paddock.legal_hold (team_id, reason, held_by, released_by, released_at)
          SELECT t.id, 'x', 'x', 'x', now() FROM paddock.team t, generate_series(1, 2000) WHERE t.name = $1
          """, [.text(teams.alpha)])
        #expect(await pool.attempt("SELECT paddock.hold('\(teams.alpha)', NULL, 'x', 'y')") == .refused("PD403"))

        let store = teams.fixture.store
        for name in ["zed", "yan"] {
          let name = try OperatorName("\(name)-\(teams.fixture.suffix)")
          try await store.addOperator(NewOperator(name: name), actor: "root", reason: nil)
        }
        let (zed, yan) = (
          try OperatorName("zed-\(teams.fixture.suffix)"), try OperatorName("yan-\(teams.fixture.suffix)")
        )
        _ = try await store.grant(.viewer, in: teams.alpha, to: zed, actor: "root", reason: nil)
        try await teams.fixture.pool.execute(
          """
          INSERT INTO paddock.team_grant (team_id, grantee, level, granted_by)
          SELECT t.id, 'p' || n, 'viewer', 'x' FROM paddock.team t, generate_series(1, 1000) n WHERE t.name = $1
          """, [.text(teams.alpha)])
        await expectFailure(.refused) {
          try await store.grant(.viewer, in: teams.alpha, to: yan, actor: "root", reason: nil)
        }
        try await teams.fixture.pool.execute("DELETE FROM paddock.team_grant WHERE grantee LIKE 'p%0'")
        #expect(try await store.grant(.viewer, in: teams.alpha, to: yan, actor: "root", reason: nil) == .viewer)
      }
    }

    @Test func whatATermWouldTakeIsSaidOfATermThatMayBeSet() async throws {
      try await TwoTeams.with { teams in
        let store = try teams.store(.administrator)
        for (events, operations) in [(nil, 1), (nil, 29), (1, 29), (nil, 40_000), (40_000, nil)] as [(Int?, Int?)] {
          let term = Retention(team: teams.alpha, eventDays: events, operationDays: operations)
          let asked = await #expect(throws: ControlFailure.self) { try await store.previewRetention(term) }
          let set = await #expect(throws: ControlFailure.self) {
            try await store.setRetention(term, actor: "x", reason: nil)
          }
          #expect(asked?.summary == set?.summary && asked?.code == set?.code, "\(term)")
        }
        let term = Retention(team: teams.alpha, eventDays: 1, operationDays: 30)
        _ = try await store.previewRetention(term)
        try await store.setRetention(term, actor: "x", reason: nil)
        #expect(Retention.counted(1) == "1 day" && Retention.counted(30) == "30 days")
      }
    }

    @Test func whoMayNotIsToldWhoMay() async throws {
      try await TwoTeams.with { teams in
        let admin = try teams.store(.administrator)
        let zed = try OperatorName("zed-\(teams.fixture.suffix)")
        var refusals: [ControlFailure?] = []
        func refusal(_ body: () async throws -> Void) async {
          refusals.append(await #expect(throws: ControlFailure.self) { try await body() })
        }
        await refusal { try await admin.addOperator(NewOperator(name: zed), actor: "x", reason: nil) }
        await refusal { _ = try await admin.removeOperator(zed, actor: "x", reason: nil) }
        await refusal { _ = try await admin.createTeam(ResourceName("zzz"), actor: "x", reason: nil) }
        await refusal { _ = try await admin.changeTeam(teams.alpha, quota: TeamQuota(), actor: "x", reason: nil) }
        await refusal { try await admin.deleteTeam(teams.alpha, actor: "x", reason: nil) }
        await refusal { try await admin.removeRow("x", of: "agent", actor: "x", reason: nil) }
        await refusal { _ = try await admin.unreadableRows() }
        await refusal { _ = try await teams.store(.viewer).unreadableRows() }
        for refusal in refusals {
          let (summary, hint) = (refusal?.summary ?? "", refusal?.hint ?? "")
          #expect(refusal?.code == .permissionDenied && summary.hasPrefix("Only an administrator "), "\(summary)")
          #expect(hint.contains("admin of") && !summary.contains("_") && !summary.contains("database"), "\(hint)")
        }
        let other = StartRequest(
          id: .make(at: .now()), operation: .make(at: .now()), team: teams.beta, agent: teams.fixture.agent, title: "",
          message: nil, actor: "x")
        let start = await #expect(throws: ControlFailure.self) {
          try await teams.store(.operator).startSession(other)
        }
        #expect(start?.code == .notFound && start?.hint?.contains("operator grant") == true)
        #expect(start?.hint?.contains("team create") == true)
      }
    }

    @Test func aRoleThatWasSetForALoginDoesNotMatter() async throws {
      try await TwoTeams.with { teams in
        let login = "viewer_\(teams.fixture.suffix)"
        try await teams.fixture.pool.script("ALTER ROLE \(login) SET role = paddock_viewer")
        let pool = PostgresPool(PostgresConfiguration(url: teams.fixture.url + "&user=\(login)"), size: 1)
        let store = PostgresSessionStore(pool)
        #expect(try await store.teams().map(\.name) == [teams.alpha])
        #expect(try await pool.query("SELECT current_user::text AS name").first?.text("name") == login)
        await pool.close()
      }
    }

    /// Nothing of what an earlier release let in is lost, and it is no reason not to start.
    @Test func holdsThatSaidTooMuchAreCutAndSetAside() async throws {
      try await withTemporaryDatabase { url in
        let pool = PostgresPool(PostgresConfiguration(url: url))
        let store = PostgresSessionStore(pool)
        try await store.migrate(to: Array(Migration.all.prefix { $0.name != "words" }))
        let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)
        let team = try ResourceName("blue-\(suffix)")
        try await pool.script(
          "INSERT INTO paddock.team (name) VALUES ('\(team)'); CREATE ROLE ann_\(suffix) LOGIN")
        for heldBy in ["'ann_\(suffix)/paddock/ben'", "repeat('é', 100000)", "'root/ben'", "'gone/ben'"] {
          try await pool.execute(
            """
            INSERT INTO paddock.legal_hold (team_id, reason, held_by) SELECT id, 'x', \(heldBy) FROM paddock.team
            WHERE name = $1
            """, [.text(team)])
        }
        try await store.migrate()
        let long = String(repeating: "é", count: 256)
        #expect(
          try await store.legalHolds(of: team).map(\.heldBy) == ["ann_\(suffix)", long, "root/ben", "gone/ben"])
        let aside = try await store.setAsideRows(limit: 9).filter { $0.relation == "paddock.legal_hold" }
        #expect(aside.count == 2 && aside.contains { $0.content.contains("ann_\(suffix)/paddock/ben") })
        #expect(aside.contains { $0.content.contains(String(repeating: "é", count: 100_000)) })
        try await pool.script("DROP ROLE ann_\(suffix)")
        await pool.close()
      }
    }
  }
}
