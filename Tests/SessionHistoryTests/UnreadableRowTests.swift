import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// A row that no reader can make sense of keeps nobody from the others. What the database refuses today is written past
/// its rules, as by a newer Paddock or a restored dump.
@Suite(.serialized) struct UnreadableRowTests {
  @Test func aSessionThatCannotBeReadStandsInTheListMarked() async throws {
    try await HistoryFixture.with { fixture in
      let (good, bad) = (try await fixture.startSession("good"), try await fixture.startSession("bad"))
      try await fixture.dropRules()
      try await fixture.pool.script("UPDATE paddock.session SET state = 'dreaming' WHERE id = '\(bad.id)'")
      let (listed, unreadable) = try await noting { try await fixture.store.sessions(of: nil) }
      #expect(Set(listed.map(\.id)) == [good.id, bad.id])
      let marked = try #require(listed.first { $0.id == bad.id })
      #expect(marked.unreadable?.contains("'dreaming'") == true && marked.title == "bad" && marked.state == .failed)
      #expect(listed.first { $0.id == good.id }?.unreadable == nil)
      #expect(unreadable.map(\.session) == [bad.id])
      let (managed, resting) = try await noting { try await fixture.store.managedSessions() }
      #expect(managed.map(\.session.id) == [good.id])
      #expect(resting.map(\.session) == [bad.id])
      await expectFailure(.malformed) { try await fixture.store.session(bad.id) }
      await expectFailure(.malformed) { try await fixture.store.submit(fixture.operation(.kill, bad)) }
    }
  }

  @Test func anOperationOfAnUnknownKindIsLeftOutAndNamed() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let bad = fixture.operation(.message, session, argument: "x")
      try await fixture.store.submit(bad)
      try await fixture.dropRules()
      try await fixture.pastTriggers("UPDATE paddock.operation SET kind = 'bogus' WHERE id = '\(bad.id)'")
      let (pending, unreadable) = try await noting { try await fixture.store.pendingOperations() }
      #expect(pending.map(\.kind) == [.start])
      #expect(unreadable.map(\.operation) == [bad.id])
      let (all, named) = try await noting { try await fixture.store.operations(of: session.id, team: nil, limit: 9) }
      #expect(all.map(\.kind) == [.start] && named.count == 1)
      try await fixture.store.complete(bad.id, .failed("unreadable"))
      let (_, left) = try await noting { try await fixture.store.pendingOperations() }
      #expect(left.isEmpty)
    }
  }

  @Test func anAgentThatCannotBeReadIsNamedAndItsSessionsCanBeEnded() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let other = try ResourceName("other")
      _ = try await fixture.store.applyAgent(other, of: fixture.team, spec: AgentSpec(runtime: .exec), actor: "root")
      try await fixture.dropRules()
      try await fixture.pastTriggers("UPDATE paddock.agent SET spec = '{}' WHERE name = '\(fixture.agent)'")
      let (agents, unreadable) = try await noting { try await fixture.store.agents(of: nil) }
      #expect(agents.map(\.name) == [other])
      #expect(unreadable.map(\.id) == ["\(fixture.team)/\(fixture.agent)"])
      await expectFailure(.malformed) { try await fixture.store.agent(fixture.agent, of: fixture.team) }
      let managed = try await fixture.store.managedSessions()
      #expect(managed.map(\.session.id) == [session.id])
      // Of revision 0 no sandbox is made.
      #expect(managed.first?.agent.revision == 0)
    }
  }

  @Test func anEventThatCannotBeReadKeepsItsPlace() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record(["one", "two", "three"], to: session)
      try await fixture.dropRules()
      try await fixture.pool.script(
        """
        UPDATE paddock.event SET detail = '[]' WHERE seq = 2;
        UPDATE paddock.event SET time = 'infinity', kind = 'event.of.tomorrow' WHERE seq = 3
        """)
      let (events, unreadable) = try await noting { try await fixture.store.events(of: session.id, .last, limit: 9) }
      #expect(events.map(\.seq) == [1, 2, 3])
      #expect(events[1].text.hasPrefix("event 2 cannot be read: "))
      #expect(unreadable.map(\.id) == ["\(session.id)/2"])
      #expect(events[2].time.description.hasPrefix("2200-01-01"))
      #expect(events[2].text.contains("event.of.tomorrow"))
    }
  }

  @Test func aBindingWithAnOddNameHidesNoSecret() async throws {
    try await HistoryFixture.with { fixture in
      let sealed = SealedSecret(
        ciphertext: .init(repeating: 1, count: 40), wrappedKey: .init(repeating: 1, count: 40), masterKeyID: "k")
      try await fixture.store.storeSecret(sealed, name: "TOKEN", of: fixture.team, actor: "root")
      try await fixture.store.bindSecret("TOKEN", of: fixture.team, to: fixture.agent, actor: "root")
      try await fixture.dropRules()
      try await fixture.pool.script(
        "INSERT INTO paddock.secret_binding (team, secret, agent) VALUES ('\(fixture.team)', 'TOKEN', 'No,Agent')")
      let (secrets, unreadable) = try await noting { try await fixture.store.secrets(of: nil) }
      #expect(secrets.map(\.bindings) == [[fixture.agent]])
      #expect(unreadable.map(\.id) == ["\(fixture.team)/TOKEN/No,Agent"])
    }
  }

  @Test func anAdminPutsASessionRightWithoutLosingItsHistory() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession("worth keeping")
      try await fixture.record(["one", "two"], to: session)
      try await fixture.dropRules()
      try await fixture.pool.script(
        "UPDATE paddock.session SET projection = '[]', desired = 'bogus' WHERE id = '\(session.id)'")
      #expect(try await fixture.store.unreadableRows().map(\.session) == [session.id])
      try await fixture.store.removeRow(session.id.text, of: "session", actor: "root", reason: "it was garbled")
      #expect(try await fixture.store.unreadableRows().isEmpty)
      let managed = try #require(try await fixture.store.managedSession(session.id))
      #expect(managed.session.desired == .suspended && managed.session.title == "worth keeping")
      #expect(managed.projection.lastSeq == 2)
      try await fixture.record([EventDraft(.assistant, "three")], to: session, after: 2)
      let aside = try await fixture.store.setAsideRows(limit: 9)
      #expect(aside.count == 2 && aside.allSatisfy { $0.relation == "paddock.session" })
      #expect(aside.contains { $0.content.contains("\"desired\":\"bogus\"") })
      let record = try await fixture.store.operations(of: nil, team: fixture.team, limit: 1).first
      #expect(record?.kind == .removeRow && record?.reason == "it was garbled")
    }
  }

  @Test func aSoundOperationStaysOnRecordAndAnOddOneGoes() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let sound = try await fixture.store.operations(of: session.id, team: nil, limit: 1)[0].id
      await expectFailure(.refused) {
        try await fixture.store.removeRow(sound.text, of: "operation", actor: "root", reason: "I was never here")
      }
      try await fixture.dropRules()
      try await fixture.pastTriggers("UPDATE paddock.operation SET kind = 'bogus' WHERE id = '\(sound)'")
      #expect(try await fixture.store.removeRow(sound.text, of: "operation", actor: "root", reason: "odd"))
      await expectFailure(.notFound) { _ = try await fixture.store.operation(sound) }
    }
  }

  @Test func aQuotaThatNoReaderTakesIsPutRight() async throws {
    try await HistoryFixture.with { fixture in
      let deep = "{\"cpu\": " + String(repeating: "[", count: 300) + String(repeating: "]", count: 300) + "}"
      try await fixture.pool.script("UPDATE paddock.team SET quota = '\(deep)' WHERE name = '\(fixture.team)'")
      #expect(try await fixture.store.unreadableRows().map(\.id) == [fixture.team.text])
      #expect(try await fixture.store.removeRow(fixture.team.text, of: "team", actor: "root", reason: "deep"))
      #expect(try await fixture.store.unreadableRows().isEmpty)
      #expect(try await fixture.store.teams().first { $0.name == fixture.team }?.quota == TeamQuota())
      #expect(try await fixture.store.setAsideRows(limit: 9).contains { $0.content.contains("[[[[") })
    }
  }

  @Test func anAdminRemovesAnyOtherRowAndNobodyElseDoes() async throws {
    try await HistoryFixture.with { fixture in
      let key = "\(fixture.team)/\(fixture.agent)"
      try await fixture.dropRules()
      try await fixture.pastTriggers("UPDATE paddock.agent SET spec = '{}'")
      for (login, role) in [("bob", "paddock_operator"), ("daemon", "paddock_core")] {
        try await fixture.withLogin(login, roles: [role, fixture.role(of: fixture.team)]) { store, _ in
          await expectFailure(.permissionDenied) {
            try await store.removeRow(key, of: "agent", actor: "x", reason: nil)
          }
        }
      }
      try await fixture.withLogin("ann", roles: ["paddock_admin"]) { store, _ in
        try await store.removeRow(key, of: "agent", actor: "ann", reason: "garbled")
        #expect(try await store.setAsideCounts().map(\.reason) == ["garbled"])
        await expectFailure(.notFound) { try await store.removeRow(key, of: "agent", actor: "ann", reason: nil) }
        for table in ["event", "team; DROP TABLE paddock.team", ""] {
          await expectFailure(.refused) { try await store.removeRow("1", of: table, actor: "ann", reason: nil) }
        }
      }
    }
  }
}

/// What `body` answers, and the rows that were left out of it or marked in it.
func noting<Value>(_ body: () async throws -> Value) async throws -> (Value, [UnreadableRow]) {
  let rows = UnreadableRows()
  let value = try await rows.gather { () async throws -> Value in try await body() }
  return (value, rows.all)
}

extension HistoryFixture {
  /// Nothing but types and keys is checked from here on. Twice: a partition has the rules of the whole, and then its own.
  func dropRules() async throws {
    for _ in 0..<2 {
      try await pool.script(
        """
        DO $$ DECLARE c record; BEGIN
          FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint
            WHERE contype = 'c' AND connamespace = 'paddock'::regnamespace AND conrelid <> 0 AND coninhcount = 0
          LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP;
        END $$
        """)
    }
  }

  /// As the owner, past triggers and foreign keys.
  func pastTriggers(_ sql: String) async throws {
    try await pool.script("BEGIN; SET LOCAL session_replication_role = replica; \(sql); COMMIT")
  }
}
