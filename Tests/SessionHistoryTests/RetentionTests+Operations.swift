import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// The terms of operations and of their audit.
extension RetentionTests {
  /// Operations that ended so many days ago, linked into the audit.
  private func operations(_ fixture: HistoryFixture, ended days: [Int], of session: Session? = nil) async throws {
    for day in days {
      try await fixture.store.execute(
        """
        INSERT INTO paddock.operation
          (id, kind, team, team_id, session_id, argument, actor, requested_at, outcome, completed_at)
        SELECT gen_random_uuid(), 'session.message', t.name, t.id, $3, 'secret words', 'ann', now(), 'succeeded',
          now() - make_interval(days => $2)
        FROM paddock.team t WHERE t.name = $1
        """, [.text(fixture.team), .int4(Int32(day)), .optionalUUID(session?.id.text)])
    }
    _ = try await fixture.store.query("SELECT paddock.link_audit(10000)", []) { _ in }
  }

  private func texts(_ fixture: HistoryFixture) async throws -> (entries: Int64, withText: Int64) {
    let rows = try await fixture.pool.query("SELECT count(*) AS entries, count(content) AS texts FROM paddock.audit")
    let row = try #require(rows.first)
    return (try row.int("entries"), try row.int("texts"))
  }

  @Test func operationsPastTheirTermGoAndTheAuditIsCheckedAsBefore() async throws {
    try await HistoryFixture.with { fixture in
      let (store, team) = (fixture.store, fixture.team)
      try await operations(fixture, ended: [400, 200, 100, 40, 10])
      try await store.execute(
        """
        INSERT INTO paddock.operation (id, kind, team, team_id, actor, requested_at)
        SELECT gen_random_uuid(), 'session.message', t.name, t.id, 'pending', now() - interval '900 days'
        FROM paddock.team t WHERE t.name = $1
        """, [.text(team)])
      _ = try await store.query("SELECT paddock.link_audit(10000)", []) { _ in }
      let before = try await texts(fixture)
      guard case .intact(let entries, let head, _) = try await store.verifyAudit(of: team) else {
        Issue.record("The audit was not intact before.")
        return
      }
      // Without a term nothing goes, whoever asks: not even the owner takes an operation or a text away.
      #expect(try await retainAll(fixture) == [])
      for sql in [
        "DELETE FROM paddock.operation WHERE completed_at < now() - interval '300 days'",
        "UPDATE paddock.audit SET content = NULL WHERE number = 3", "DELETE FROM paddock.audit",
      ] {
        await #expect(throws: (any Error).self, "\(sql)") { try await fixture.pool.script(sql) }
      }
      let term = Retention(team: team, operationDays: 90)
      #expect(try await store.previewRetention(term).operations == 3)
      await expectFailure(.refused) {
        try await store.setRetention(Retention(team: team, operationDays: 29), actor: "root", reason: nil)
      }
      try await store.setRetention(term, actor: "root", reason: nil)
      #expect(try await store.retentions(of: team) == [term])
      _ = try await store.query("SELECT paddock.link_audit(10000)", []) { _ in }
      #expect(try await retainAll(fixture, limit: 2) == ["2 operations", "1 operations"])

      let left = try await texts(fixture)
      #expect(left.entries == before.entries + 1 && left.withText == before.withText + 1 - 3, "\(before) \(left)")
      #expect(try await store.operations(of: nil, team: team, limit: 100).contains { $0.actor == "pending" })
      // The chain is what it was: its former end still stands in it, and what is left of it is checked to its end.
      let verdict = try await store.verifyAudit(of: team)
      guard case .intact(let after, _, _) = verdict else {
        Issue.record("The audit is broken: \(verdict)")
        return
      }
      #expect(after == entries + 1)
      let former = try await fixture.pool.query(
        "SELECT encode(hash, 'hex') AS hash FROM paddock.audit WHERE team = $1 AND number = $2",
        [.text(team), .int8(entries)])
      #expect(try former.first?.text("hash") == head)
      await #expect(throws: (any Error).self) {
        try await fixture.pool.script("UPDATE paddock.audit SET content = 'other' WHERE content IS NULL")
      }
      // A text that is gone before its term is found out, as is one that is changed.
      try await fixture.pool.script(
        """
        ALTER TABLE paddock.audit DISABLE TRIGGER USER;
        UPDATE paddock.audit SET content = NULL WHERE number = (
          SELECT max(number) FROM paddock.audit WHERE content LIKE '%session.message%');
        ALTER TABLE paddock.audit ENABLE TRIGGER USER;
        """)
      guard case .broken(_, let problem) = try await store.verifyAudit(of: team) else {
        Issue.record("A missing text was not found out.")
        return
      }
      #expect(problem == "its text is missing")
    }
  }

  @Test func whatIsHeldKeepsItsOperations() async throws {
    try await HistoryFixture.with { fixture in
      let (held, other) = (try await fixture.startSession("held"), try await fixture.startSession("other"))
      try await operations(fixture, ended: [400, 300], of: held)
      try await operations(fixture, ended: [400], of: other)
      let hold = try await fixture.store.hold(held.id, of: fixture.team, actor: "root", reason: "lawsuit")
      try await fixture.store.setRetention(
        Retention(team: fixture.team, operationDays: 30), actor: "root", reason: nil)
      #expect(try await retainAll(fixture) == ["1 operations"])
      try await fixture.store.releaseHold(hold, actor: "root", reason: "settled")
      #expect(try await retainAll(fixture) == ["2 operations"])
      _ = try await fixture.store.query("SELECT paddock.link_audit(10000)", []) { _ in }
      let verdict = try await fixture.store.verifyAudit(of: fixture.team)
      guard case .intact = verdict else {
        Issue.record("The audit is broken: \(verdict)")
        return
      }
    }
  }

  /// Whoever is at setting a hold keeps neither the database nor other teams waiting.
  @Test(.timeLimit(.minutes(2))) func aHoldThatComesWhileOperationsGoHolds() async throws {
    try await HistoryFixture.with { fixture in
      try await operations(fixture, ended: [400, 300])
      try await fixture.store.setRetention(
        Retention(team: fixture.team, operationDays: 30), actor: "root", reason: nil)
      let holder = try await PostgresConnection.connect(PostgresConfiguration(url: fixture.url))
      try await holder.script("BEGIN; SELECT paddock.hold('\(fixture.team)', NULL, 'root', 'lawsuit')")
      #expect(try await fixture.store.retain(limit: 25) == nil, "until it is known whether it holds")
      try await holder.script("COMMIT")
      #expect(try await retainAll(fixture, limit: 25) == [])
      await holder.close()
    }
  }

  /// What has not been linked yet is in no chain that could be checked without it.
  @Test func anOperationThatIsNotLinkedYetStays() async throws {
    try await HistoryFixture.with { fixture in
      try await operations(fixture, ended: [])
      try await fixture.store.setRetention(
        Retention(team: fixture.team, operationDays: 30), actor: "root", reason: nil)
      try await fixture.store.execute(
        """
        INSERT INTO paddock.operation (id, kind, team, team_id, actor, requested_at, outcome, completed_at)
        SELECT gen_random_uuid(), 'session.message', t.name, t.id, 'ann', now(), 'succeeded', now() - interval '99 days'
        FROM paddock.team t WHERE t.name = $1
        """, [.text(fixture.team)])
      #expect(try await retainAll(fixture) == [])
      _ = try await fixture.store.query("SELECT paddock.link_audit(10000)", []) { _ in }
      #expect(try await retainAll(fixture) == ["1 operations"])
    }
  }
}
