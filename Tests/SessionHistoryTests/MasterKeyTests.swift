import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// The database itself notices a master key that came into the place of another, whoever seals.
@Suite struct MasterKeyTests {
  private func store(_ name: String, _ key: String, _ fixture: HistoryFixture) async throws {
    try await fixture.store.storeSecret(
      SealedSecret(ciphertext: [1], wrappedKey: [2], masterKeyID: key), name: name, of: fixture.team, actor: "root")
  }

  @Test func aValueUnderAnotherKeyThanTheOthersIsRefused() async throws {
    try await HistoryFixture.with { fixture in
      #expect(try await fixture.store.masterKeyIDs() == [])
      try await store("A", "0123456789abcdef", fixture)
      try await store("A", "0123456789abcdef", fixture)
      try await store("B", "0123456789abcdef", fixture)
      for name in ["A", "C"] {
        let failure = try await #require(throws: ControlFailure.self) {
          try await store(name, "fedcba9876543210", fixture)
        }
        #expect(failure.code == .refused)
        #expect(failure.summary.contains("0123456789abcdef") && failure.summary.contains("fedcba9876543210"))
        #expect(failure.hint?.contains("secret delete") == true)
      }
      #expect(try await fixture.store.masterKeyIDs() == ["0123456789abcdef"])
    }
  }

  @Test func whenAllSecretsWereDeletedAnotherKeyWillDo() async throws {
    try await HistoryFixture.with { fixture in
      try await store("A", "0123456789abcdef", fixture)
      try await fixture.store.deleteSecret("A", of: fixture.team, actor: "root", reason: "lost")
      try await store("A", "fedcba9876543210", fixture)
      #expect(try await fixture.store.masterKeyIDs() == ["fedcba9876543210"])
    }
  }
}
