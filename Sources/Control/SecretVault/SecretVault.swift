package import ControlModel

/// Seals values before they reach the store; what comes back to operators are names, owners and bindings.
package struct SecretVault: SecretStore {
  private let store: any SealedSecretStore
  private let sealing: SecretSealing

  /// Longer than any credential; keeps a file that was piped in by mistake out of the vault.
  package static let maximumLength = 65_536

  package init(store: any SealedSecretStore, masterKey: MasterKey) {
    self.store = store
    sealing = SecretSealing(masterKey: masterKey)
  }

  package func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret] {
    try await store.secrets(of: team)
  }

  package func setSecret(
    _ name: String, of team: ResourceName, value: SecretValue, actor: String
  ) async throws(ControlFailure) {
    try Self.check(name)
    let length = value.withBytes(\.count)
    guard length > 0 else { throw ControlFailure(.invalidArgument, "The value of '\(name)' is empty.") }
    guard length <= Self.maximumLength else {
      throw ControlFailure(
        .invalidArgument, "The value of '\(name)' has \(length) bytes; at most \(Self.maximumLength) are kept.")
    }
    try await store.storeSecret(
      try sealing.seal(value, name: name, of: team), name: name, of: team, actor: actor)
  }

  package func bindSecret(
    _ name: String, of team: ResourceName, to agent: ResourceName, actor: String
  ) async throws(ControlFailure) {
    try await store.bindSecret(name, of: team, to: agent, actor: actor)
  }

  package func deleteSecret(
    _ name: String, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await store.deleteSecret(name, of: team, actor: actor, reason: reason)
  }

  /// POSIX 8.1: upper-case letters, digits and '_', not beginning with a digit.
  private static func check(_ name: String) throws(ControlFailure) {
    let isName = name.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    guard let first = name.utf8.first, isName, !(0x30...0x39).contains(first), name.utf8.count <= 128 else {
      throw ControlFailure(
        .invalidArgument, "The secret name '\(name)' is not valid.",
        hint: "Name it as an environment variable: upper-case letters, digits and '_', such as GITHUB_TOKEN.")
    }
  }
}
