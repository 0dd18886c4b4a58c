import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct EngineTests {
  @Test func theFirstCoreDecidesTheEngineUntilNoSessionLives() async throws {
    try await HistoryFixture.with { fixture in
      #expect(try await fixture.store.engine() == nil)
      try await fixture.store.claimEngine("local")
      try await fixture.store.claimEngine("kubernetes")
      let session = try await fixture.startSession()
      try await fixture.store.claimEngine("kubernetes")
      await #expect {
        try await fixture.store.claimEngine("local")
      } throws: { error in
        let failure = error as? ControlFailure
        return failure?.code == .refused
          && failure?.summary.contains("sessions live on the engine 'kubernetes' (1)") == true
      }
      #expect(try await fixture.store.engine() == "kubernetes")
      try await fixture.store.purge(session.id)
      for operation in try await fixture.store.pendingOperations() {
        try await fixture.store.complete(operation.id, .succeeded)
      }
      try await fixture.store.claimEngine("local")
      #expect(try await fixture.store.engine() == "local")
    }
  }

  @Test func anotherEngineIsRefusedBesideACoreAtWork() async throws {
    try await HistoryFixture.with { fixture in
      let rival = PostgresSessionStore(fixture.pool)
      try await fixture.store.claimEngine("local")
      #expect(try await fixture.store.acquireLease(holder: "host/1"))
      try await rival.claimEngine("local")
      await #expect {
        try await rival.claimEngine("kubernetes")
      } throws: { error in
        (error as? ControlFailure)?.summary.contains("host/1") == true
      }
    }
  }
}
