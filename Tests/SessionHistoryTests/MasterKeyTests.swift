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

  @Test func aValueUnderAnotherKeyThanTheRegisteredIsRefused() async throws {
    try await HistoryFixture.with { fixture in
      #expect(try await fixture.store.masterKeyIDs() == [])
      try await fixture.store.registerMasterKey("0123456789abcdef")
      try await fixture.store.registerMasterKey("0123456789abcdef")
      for name in ["A", "A", "B"] { try await store(name, "0123456789abcdef", fixture) }
      for name in ["A", "C"] {
        let failure = try await #require(throws: ControlFailure.self) {
          try await store(name, "fedcba9876543210", fixture)
        }
        #expect(failure.code == .refused)
        #expect(failure.summary.contains("0123456789abcdef") && failure.summary.contains("fedcba9876543210"))
        #expect(failure.hint?.contains("secret delete") == true)
      }
      #expect(try await fixture.store.masterKeyIDs() == ["0123456789abcdef"])
      let replaced = try await #require(throws: ControlFailure.self) {
        try await fixture.store.registerMasterKey("fedcba9876543210")
      }
      #expect(replaced.code == .refused && replaced.hint?.contains("secret delete") == true)
    }
  }

  @Test func whenAllSecretsWereDeletedAnotherKeyWillDo() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.store.registerMasterKey("0123456789abcdef")
      try await store("A", "0123456789abcdef", fixture)
      try await fixture.store.deleteSecret("A", of: fixture.team, actor: "root", reason: "lost")
      try await fixture.store.registerMasterKey("fedcba9876543210")
      try await store("A", "fedcba9876543210", fixture)
      #expect(try await fixture.store.masterKeyIDs() == ["fedcba9876543210"])
    }
  }

  /// As a row says it that came before any key was registered, or past the trigger.
  @Test func aRowOfOneTeamKeepsNoOtherFromItsKey() async throws {
    try await HistoryFixture.with { fixture in
      let other = try ResourceName("other-\(fixture.suffix)")
      try await fixture.addTeam(other)
      try await store("FORGED", "x", fixture)
      try await fixture.store.storeSecret(
        SealedSecret(ciphertext: [1], wrappedKey: [2], masterKeyID: "0123456789abcdef"), name: "A", of: other,
        actor: "root")
      try await fixture.store.registerMasterKey("0123456789abcdef")
      let unreadable = try await fixture.store.secretsUnreadable(with: "0123456789abcdef")
      #expect(unreadable.map(\.team) == [fixture.team.text] && unreadable.map(\.count) == [1])
      await #expect(throws: ControlFailure.self) { try await store("SECOND", "x", fixture) }
    }
  }

  @Test func onlyCoresAndAdministratorsSayWhichKeyIsRight() async throws {
    try await HistoryFixture.with { fixture in
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("alice", roles: roles) { store, pool in
        let failure = try await #require(throws: ControlFailure.self) {
          try await store.registerMasterKey("fedcba9876543210")
        }
        #expect(failure.code == .permissionDenied)
        for statement in ["INSERT INTO paddock.master_key (key_id) VALUES ('x')", "SELECT FROM paddock.master_key"] {
          await #expect(throws: PostgresError.self) { _ = try await pool.query(statement) }
        }
      }
    }
  }
}
