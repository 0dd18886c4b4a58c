import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct ControlTests {
  @Test func theLeaseOfAKilledHolderIsFree() async throws {
    try await HistoryFixture.with { fixture in
      let rival = PostgresSessionStore(fixture.pool)
      #expect(try await fixture.store.leaseHolder() == nil)
      #expect(try await fixture.store.acquireLease(holder: "host/1"))
      #expect(try await fixture.store.acquireLease(holder: "host/1"))
      #expect(try await rival.acquireLease(holder: "host/2") == false)
      #expect(try await rival.leaseHolder() == "host/1")
      try await fixture.pool.script(
        "SELECT pg_terminate_backend(backend_pid, 10000) FROM paddock.core_lease")
      #expect(try await rival.leaseHolder() == nil)
      #expect(try await rival.acquireLease(holder: "host/2"))
      #expect(try await fixture.store.leaseHolder() == "host/2")
      #expect(try await fixture.store.acquireLease(holder: "host/1") == false)
      await rival.releaseLease()
      #expect(try await fixture.store.acquireLease(holder: "host/1"))
    }
  }

  @Test(.timeLimit(.minutes(2))) func changesWakeWhoeverListens() async throws {
    try await HistoryFixture.with { fixture in
      var changes = fixture.store.wakeUps().makeAsyncIterator()
      #expect(await changes.next() == .everything)
      let session = try await fixture.startSession()
      #expect(await changes.next() == .intents)
      try await fixture.record(["x"], to: session)
      #expect(await changes.next() == .sessions([session.id]))
      try await fixture.store.setState(.starting, reason: "", of: session.id)
      try await fixture.store.setState(.working, reason: "", of: session.id)
      #expect(await changes.next() == .sessions([session.id]))
      try await fixture.pool.script(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
      )
      // Who is slow to look sees only that it is there again.
      var change = await changes.next()
      if change == .lost { change = await changes.next() }
      #expect(change == .everything)
    }
  }

  @Test(.timeLimit(.minutes(2))) func howeverManySessionsChangeEachIsNamed() async throws {
    try await HistoryFixture.with { fixture in
      var sessions: [Session] = []
      for _ in 0..<201 { sessions.append(try await fixture.startSession()) }
      let ids = Set(sessions.map(\.id))
      var changes = fixture.store.wakeUps().makeAsyncIterator()
      #expect(await changes.next() == .everything)
      try await fixture.store.record(sessions.map { fixture.batch([EventDraft(.user, "x")], of: $0) })
      var named: Set<SessionID> = []
      while named.count < ids.count, case .sessions(let some) = await changes.next() {
        #expect(!some.isEmpty)
        named.formUnion(some)
      }
      #expect(named == ids)
      try await fixture.store.purge(sessions[0].id)
      let read = try await fixture.store.sessions(named.union([.make(at: .now())]))
      #expect(Set(read.map(\.id)) == ids.subtracting([sessions[0].id]))
      #expect(read.allSatisfy { $0.events == 1 })
      #expect(try await fixture.store.sessions([]).isEmpty)
    }
  }

  @Test func changesThatWaitAreMerged() async throws {
    let mailbox = ChangeMailbox()
    let (one, two) = (SessionID.make(at: .now()), SessionID.make(at: .now()))
    mailbox.add(.sessions([one]))
    mailbox.add(.intents)
    mailbox.add(.sessions([two]))
    #expect(await mailbox.next() == .intents)
    #expect(await mailbox.next() == .sessions([one, two]))
    mailbox.add(.sessions([one]))
    mailbox.add(.sessions([]))
    mailbox.add(.sessions([two]))
    #expect(await mailbox.next() == .sessions([]))
    for _ in 0...ChangeMailbox.mostSessions { mailbox.add(.sessions([.make(at: .now())])) }
    // Of too many sessions it is any.
    #expect(await mailbox.next() == .sessions([]))
    mailbox.add(.intents)
    mailbox.add(.everything)
    mailbox.finish()
    #expect(await mailbox.next() == .everything)
    #expect(await mailbox.next() == nil)
  }

  @Test func aPurgedSessionLeavesNoHistoryAndTakesNoMore() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession("secret plan")
      try await fixture.record(["needle"], to: session)
      try await fixture.indexAll()
      try await fixture.store.purge(session.id)
      #expect(try await fixture.store.events(of: session.id, .last, limit: 9).isEmpty)
      #expect(try await fixture.store.search(SearchQuery(text: "needle")).isEmpty)
      #expect(try await fixture.store.sessions(of: nil).isEmpty)
      #expect(try await fixture.store.managedSession(session.id) == nil)
      let late = fixture.batch([EventDraft(.user, "late")], of: session, after: 1)
      await expectFailure(.conflict) { try await fixture.store.record([late]) }
    }
  }

  @Test func anAgentIsChangedOnlyByAnotherSpec() async throws {
    try await HistoryFixture.with { fixture in
      var spec = AgentSpec(runtime: .exec, command: ["true"], env: ["A": "\u{1}"])
      let store = fixture.store
      #expect(try await store.applyAgent(fixture.agent, of: fixture.team, spec: spec, actor: "r").revision == 2)
      let again = try await store.applyAgent(fixture.agent, of: fixture.team, spec: spec, actor: "r")
      #expect(again.revision == 2 && again.spec == spec)
      spec.prompt = "more"
      let changed = spec
      #expect(try await store.applyAgent(fixture.agent, of: fixture.team, spec: changed, actor: "r").revision == 3)
      let session = try await fixture.startSession()
      await expectFailure(.refused) {
        try await store.deleteAgent(fixture.agent, of: fixture.team, actor: "r", reason: nil)
      }
      try await store.purge(session.id)
      try await store.deleteAgent(fixture.agent, of: fixture.team, actor: "r", reason: nil)
      await expectFailure(.notFound) { try await store.agent(fixture.agent, of: fixture.team) }
    }
  }

  @Test func aDatabaseThatIsNotThereIsNamedWithoutItsPassword() async throws {
    let url = "postgres://someone:hunter2@/nowhere?host=/nonexistent-\(UInt32.random(in: 0...UInt32.max))"
    let store = PostgresSessionStore(PostgresPool(PostgresConfiguration(url: url), patience: 0.1))
    await #expect {
      try await store.teams()
    } throws: { error in
      let text = (error as? ControlFailure).map { "\($0)" } ?? ""
      return (error as? ControlFailure)?.code == .unavailable && text.contains("nowhere") && !text.contains("hunter2")
    }
  }
}
