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
