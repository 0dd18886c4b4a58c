import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

extension DoorTests {
  /// Who hears of what.
  @Suite struct ChannelTests {
    /// Whatever names they know or can think of.
    private func known(to person: TwoTeams.Person, _ teams: TwoTeams) async throws -> [String] {
      var names = [
        "paddock_intents", "paddock_sessions", "paddock_\(teams.beta)", "paddock_team_\(teams.beta)", "paddock",
      ]
      if person != .nobody {
        names += try await #require(teams.people[person]).query(StoreChannel.mine).map { try $0.text("name") }
      }
      return names
    }

    @Test(.timeLimit(.minutes(2))) func nobodyHearsOfAnotherTeam() async throws {
      try await TwoTeams.with { teams in
        for (person, pool) in teams.people {
          let connection = try await PostgresConnection.connect(pool.configuration)
          try await connection.listen(try await known(to: person, teams))
          try await act(teams, on: teams.beta)
          // What was sent before it has come by then.
          try await teams.fixture.pool.execute("SELECT pg_notify('paddock_intents', 'the end')")
          let first = try await connection.nextNotification()
          #expect(first == PostgresNotification(channel: "paddock_intents", payload: "the end"), "\(person)")
          await connection.close()
        }
      }
    }

    private func act(_ teams: TwoTeams, on team: ResourceName) async throws {
      let (fixture, store) = (teams.fixture, teams.fixture.store)
      let session = try await fixture.startSession("t", of: team)
      try await fixture.record(["x"], to: session)
      try await store.setState(.working, reason: "", of: session.id)
      let operation = fixture.operation(.interrupt, session)
      try await store.submit(operation)
      try await store.complete(operation.id, .succeeded)
      try await store.setDesired(.killed, of: session.id, expectedGeneration: 1, newGeneration: false)
      try await store.writeReports([session.id: SandboxReport(json: [:])])
      try await store.writeReport(TeamReport(json: [:]), of: team)
      _ = try await store.changeTeam(team, quota: TeamQuota(), actor: "root", reason: nil)
      try await store.purge(session.id)
    }

    @Test(.timeLimit(.minutes(2))) func membersHearOfTheirOwnAndNoOneElseSeesTheName() async throws {
      try await TwoTeams.with { teams in
        let rows = try await teams.fixture.pool.query(
          """
          SELECT c.name FROM paddock.channel c JOIN paddock.team t ON t.id = c.team_id WHERE t.name = $1
          """, [.text(teams.beta)])
        let name = try #require(try rows.first?.text("name"))
        #expect(name.count == 40)
        // Somebody of beta's listens: neither that nor what for is to be seen.
        let beta = try await PostgresConnection.connect(PostgresConfiguration(url: teams.fixture.url))
        try await beta.listen([name])
        for (person, pool) in teams.people {
          for sql in [
            """
            SELECT FROM pg_stat_activity
            WHERE strpos(query || application_name, '\(name)') > 0 AND pid <> pg_backend_pid()
            """,
            "SELECT FROM pg_listening_channels() c WHERE c = '\(name)'",
          ] {
            let outcome = await pool.attempt(sql)
            #expect(outcome == .said(""), "\(person)")
          }
          let outcome = await pool.attempt("SELECT FROM paddock.channel")
          #expect(outcome == .refused("42501"), "\(person)")
        }
        await beta.close()
        for person in [TwoTeams.Person.viewer, .operator, .administrator] {
          var changes = try teams.store(person).wakeUps().makeAsyncIterator()
          #expect(await changes.next() == .everything)
          try await teams.fixture.store.setState(.working, reason: "\(person)", of: teams.theirs.id)
          try await teams.fixture.store.setState(.working, reason: "\(person)", of: teams.mine.id)
          #expect(await changes.next() == .sessions([teams.mine.id]))
        }
      }
    }

    @Test(.timeLimit(.minutes(2))) func aTeamThatOneIsLetIntoIsHeardAndOneThatOneLeftIsNot() async throws {
      try await TwoTeams.with { teams in
        let store = try teams.store(.granted)
        let old = try #require(try await teams.people[.granted]?.query(StoreChannel.mine).first?.text("name"))
        var changes = store.wakeUps().makeAsyncIterator()
        #expect(await changes.next() == .everything)
        let login = "granted_\(teams.fixture.suffix)"
        try await teams.fixture.pool.script("GRANT \(teams.fixture.role(of: teams.beta)) TO \(login)")
        #expect(await changes.next() == .everything)
        try await teams.fixture.store.setState(.working, reason: "now", of: teams.theirs.id)
        #expect(await changes.next() == .sessions([teams.theirs.id]))
        try await teams.fixture.pool.script("DELETE FROM paddock.team_grant WHERE grantee = '\(login)'")
        let renamed = try await teams.fixture.pool.query("SELECT FROM paddock.channel WHERE name = $1", [.text(old)])
        #expect(renamed.isEmpty)
      }
    }

    /// Whichever way somebody was let in.
    @Test func channelsGetOtherNamesWhenSomebodyIsLetGo() async throws {
      try await TwoTeams.with { teams in
        let fixture = teams.fixture
        let login = "operator_\(fixture.suffix)"
        try await fixture.pool.script(
          "INSERT INTO paddock.operator_login (name, way, is_made, added_by) VALUES ('\(login)', 'server', false, 'root')"
        )
        let (mine, theirs, all) = (teams.alpha.text, teams.beta.text, "")
        let first = try await names(fixture)
        try await fixture.pool.script("SELECT paddock.revoke_operator('\(login)', '\(mine)')")
        let second = try await names(fixture)
        #expect(first[mine] != second[mine] && first[theirs] == second[theirs] && first[all] == second[all])
        try await fixture.pool.script("SELECT paddock.remove_operator('\(login)')")
        let third = try await names(fixture)
        #expect([mine, theirs, all].allSatisfy { second[$0] != third[$0] })
      }
    }

    private func names(_ fixture: HistoryFixture) async throws -> [String: String] {
      let rows = try await fixture.pool.query(
        """
        SELECT coalesce(t.name, '') AS team, c.name FROM paddock.channel c LEFT JOIN paddock.team t ON t.id = c.team_id
        """)
      return try Dictionary(uniqueKeysWithValues: rows.map { (try $0.text("team"), try $0.text("name")) })
    }
  }
}
