import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// A core whose process hangs keeps its lease.
@Suite struct SilentHolderTests {
  @Test func aCoreThatWritesNothingIsSaidToBeSilent() async throws {
    try await HistoryFixture.with { fixture in
      let store = fixture.store
      #expect(try await store.acquireLease(holder: "host/7"))
      #expect(try await store.leaseHolder() == "host/7", "one that has just begun has written nothing yet")
      try await store.writeStatus(EngineStatus(engine: "local", since: .now()), ofCore: "host/7")
      #expect(try await store.leaseHolder() == "host/7")
      try await fixture.pool.execute("UPDATE paddock.core_status SET written_at = now() - interval '70 seconds'")
      #expect(try await store.leaseHolder() == "host/7", "that is of a core before this one")
      try await fixture.pool.execute("UPDATE paddock.core_lease SET acquired_at = now() - interval '10 minutes'")
      #expect(try await store.leaseHolder()?.hasPrefix("host/7, silent for 7") == true)
      await store.releaseLease()
      #expect(try await store.leaseHolder() == nil)
    }
    #expect(SilentHolder.told("host/7", seconds: 44) == "host/7")
    #expect(SilentHolder.told("host/7", seconds: 70.4) == "host/7, silent for 70 s")
    #expect(SilentHolder.isTold(of: "host/7, silent for 70 s") && !SilentHolder.isTold(of: "host/7"))
  }
}
