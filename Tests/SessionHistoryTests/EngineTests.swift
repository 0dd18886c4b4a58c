import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct EngineTests {
  @Test func theFirstCoreDecidesTheEngineUntilNoSessionLives() async throws {
    try await HistoryFixture.with { fixture in
      #expect(try await fixture.store.engine() == nil)
      try await fixture.store.claimEngine(EngineIdentity(name: "local"))
      try await fixture.store.claimEngine(EngineIdentity(name: "kubernetes"))
      let session = try await fixture.startSession()
      try await fixture.store.claimEngine(EngineIdentity(name: "kubernetes"))
      await #expect {
        try await fixture.store.claimEngine(EngineIdentity(name: "local"))
      } throws: { error in
        let failure = error as? ControlFailure
        return failure?.code == .refused
          && failure?.summary.contains("sessions live on the engine 'kubernetes' (1)") == true
      }
      #expect(try await fixture.store.engine()?.name == "kubernetes")
      try await fixture.store.purge(session.id)
      for operation in try await fixture.store.pendingOperations() {
        try await fixture.store.complete(operation.id, .succeeded)
      }
      try await fixture.store.claimEngine(EngineIdentity(name: "local"))
      #expect(try await fixture.store.engine()?.name == "local")
    }
  }

  @Test func anotherEngineIsRefusedBesideACoreAtWork() async throws {
    try await HistoryFixture.with { fixture in
      let rival = PostgresSessionStore(fixture.pool)
      try await fixture.store.claimEngine(EngineIdentity(name: "local"))
      #expect(try await fixture.store.acquireLease(holder: "host/1"))
      try await rival.claimEngine(EngineIdentity(name: "local"))
      await #expect {
        try await rival.claimEngine(EngineIdentity(name: "kubernetes"))
      } throws: { error in
        (error as? ControlFailure)?.summary.contains("host/1") == true
      }
    }
  }

  @Test func anotherClusterIsAnotherEngine() async throws {
    try await HistoryFixture.with { fixture in
      let first = cluster(uid: "a", at: "https://a")
      try await fixture.store.claimEngine(first)
      _ = try await fixture.startSession()
      await #expect {
        try await fixture.store.claimEngine(cluster(uid: "b", at: "https://b"))
      } throws: { error in
        (error as? ControlFailure)?.summary
          == "The engine 'kubernetes' at https://b cannot take over: sessions live on the engine 'kubernetes' at https://a (1)."
      }
      await expectFailure(.refused) { try await fixture.store.claimEngine(cluster(uid: "b", at: "https://a")) }
      await expectFailure(.refused) { try await fixture.store.claimEngine(cluster(uid: nil, at: "https://b")) }
      #expect(try await fixture.store.engine() == first)
    }
  }

  @Test func oneClusterIsOneEngineUnderEveryAddressAndForWhoMayNotReadItsUid() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.store.claimEngine(EngineIdentity(name: "kubernetes"))
      _ = try await fixture.startSession()
      try await fixture.store.claimEngine(cluster(uid: nil, at: "https://a"))
      try await fixture.store.claimEngine(cluster(uid: "a", at: "https://a"))
      try await fixture.store.claimEngine(cluster(uid: nil, at: "https://a"))
      #expect(try await fixture.store.engine()?.cluster?.uid == "a")
      try await fixture.store.claimEngine(cluster(uid: "a", at: "https://10.0.0.1"))
      #expect(try await fixture.store.engine() == cluster(uid: "a", at: "https://10.0.0.1"))
    }
  }

  private func cluster(uid: String?, at server: String) -> EngineIdentity {
    EngineIdentity(name: "kubernetes", cluster: .init(uid: uid, server: server, authority: "1"))
  }
}
