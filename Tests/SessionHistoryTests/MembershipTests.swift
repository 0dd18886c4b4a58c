import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite struct MembershipTests {
  @Test func coresThatShareAndOneThatDoesNotShutEachOtherOut() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      let others = [PostgresSessionStore(fixture.pool), PostgresSessionStore(fixture.pool)]
      #expect(try await fixture.store.acquireLease(holder: "alone/1"))
      #expect(try await others[0].join(holder: "host/1") == nil)
      await fixture.store.releaseLease()
      #expect(try await others[0].join(holder: "host/1") == 1)
      #expect(try await fixture.store.leaseHolder() == "host/1")
      #expect(try await others[1].join(holder: "host/2") == 1)
      #expect(try await fixture.store.leaseHolder() == "2 cores")
      #expect(try await fixture.store.acquireLease(holder: "alone/1") == false)
      await others[1].releaseLease()
      #expect(try await fixture.store.leaseHolder() == "1 core")
      await others[0].releaseLease()
      #expect(try await fixture.store.acquireLease(holder: "alone/1"))
    }
  }

  @Test func aLostConnectionBeginsAnotherTermWithNothingHeld() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      let store = fixture.store
      #expect(try await store.join(holder: "host/1") == 1)
      #expect(try await store.claims(under: 1, settledFor: 0)?.held == SessionSlots.all)
      #expect(try await store.claims(under: 1, settledFor: 60)?.held == [])
      _ = try await fixture.pool.query("SELECT pg_terminate_backend(backend_pid, 10000) FROM paddock.core_lease")
      #expect(try await store.join(holder: "host/1") == 2)
      #expect(try await store.claims(under: 1, settledFor: 0) == nil)
      #expect(try await store.claims(under: 2, settledFor: 0)?.held.count == SessionSlots.count)
    }
  }

  @Test func whatIsBeyondAShareGoesBackAndIsTakenByTheOther() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      let (first, second) = (fixture.store, PostgresSessionStore(fixture.pool))
      #expect(try await first.join(holder: "host/1") == 1)
      #expect(try await first.claims(under: 1, settledFor: 0)?.surplus == [])
      #expect(try await second.join(holder: "host/2") == 1)
      #expect(try await second.claims(under: 1, settledFor: 0)?.held == [])
      let claims = try await first.claims(under: 1, settledFor: 0)
      let surplus = try #require(claims?.surplus)
      #expect(surplus.count == 128)
      await first.release(surplus, under: 1)
      #expect(try await second.claims(under: 1, settledFor: 0)?.held == surplus)
      await second.releaseLease()
    }
  }

  @Test func aSilentCoreLosesItsSlotsAndWhatItsProcessHadLocked() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      let session = try await fixture.startSession()
      let silentPool = PostgresPool(.process(url: fixture.url))
      let (silent, other) = (PostgresSessionStore(silentPool), fixture.store)
      #expect(try await silent.join(holder: "host/1") == 1)
      #expect(try await silent.claims(under: 1, settledFor: 0)?.held == SessionSlots.all)
      #expect(try await other.endSilentCores(after: 60) == 0)
      let lock = "SELECT FROM paddock.session WHERE id = $1 FOR UPDATE"
      await #expect(throws: (any Error).self) {
        try await silentPool.transaction { connection in
          _ = try await connection.query(lock, [.uuid(session.id.text)])
          while try await other.endSilentCores(after: 0.5) == 0 {}
          _ = try await other.query(lock, [.uuid(session.id.text)])
          _ = try await connection.query("SELECT 1")
        }
      }
      #expect(try await other.join(holder: "host/2") == 1)
      #expect(try await other.claims(under: 1, settledFor: 0)?.held == SessionSlots.all)
      #expect(try await silent.join(holder: "host/1") == 2)
      await silent.releaseLease()
      await silentPool.close()
    }
  }

  @Test func aCoreThatAsksIsNotSilentAndOneThatHasAllForItselfIsLeftAlone() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      let alone = fixture.store
      #expect(try await alone.acquireLease(holder: "alone/1"))
      #expect(try await PostgresSessionStore(fixture.pool).endSilentCores(after: 0) == 0)
      await alone.releaseLease()
      #expect(try await alone.join(holder: "host/1") == 1)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await alone.join(holder: "host/1") == 1)
      #expect(try await alone.endSilentCores(after: 5) == 0)
    }
  }

  /// Whose times it may not see, a core cannot tell from one at work.
  @Test func aRoleWithoutTheRightLeavesOthersAlone() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      #expect(try await fixture.store.join(holder: "host/1") == 1)
      try await fixture.withLogin("plain", roles: ["paddock_core"]) { (store, _) async throws in
        #expect(try await store.endSilentCores(after: 0) == 0)
      }
      #expect(try await fixture.store.join(holder: "host/1") == 1)
    }
  }

  @Test func aSchemaDoesNotChangeUnderCoresThatShare() async throws {
    try await HistoryFixture.with { (fixture) async throws in
      #expect(try await fixture.store.join(holder: "host/1") == 1)
      let next = Migration(number: Migration.all.count + 1, name: "next", sql: "SELECT 1")
      await expectFailure(.refused) { try await fixture.store.migrate(to: Migration.all + [next]) }
    }
  }

  @Test func everyProgramFindsTheSameSlot() throws {
    let id = try #require(SessionID("018f3c2e-5b7a-7c3d-9e1f-0a1b2c3d4e5f"))
    #expect(SessionSlots.slot(of: id) == 142)
  }
}
