package import ControlModel

/// Seals values before they reach the store; what comes back to operators are names, owners and bindings.
package struct SecretVault: SecretStore {
  private let store: any SealedSecretStore
  /// Looked at when a value is sealed, no sooner: listing and deleting need no key.
  private let keyFile: MasterKeyFile

  /// Longer than any credential; keeps a file that was piped in by mistake out of the vault.
  package static let maximumLength = 65_536

  package init(store: any SealedSecretStore, keyFile: MasterKeyFile) {
    self.store = store
    self.keyFile = keyFile
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
    if let key = try keyFile.read() { return try await store(value, key, name, team, actor) }
    let (key, isNew) = try keyFile.make()
    do throws(ControlFailure) { try await store(value, key, name, team, actor) } catch {
      guard isNew, error.code == .refused else { throw error }
      // The others are sealed with a key that is not here: this one must not come into its place unnoticed.
      keyFile.discard(key)
      throw ControlFailure(
        .refused, Self.loss(of: keyFile, sealedWith: (try? await store.masterKeyIDs()) ?? []),
        hint:
          "Put the file with that key back at \(keyFile.path), readable by its owner alone. If it is lost, delete the "
          + "secrets with `paddock secret delete` and set them anew.")
    }
  }

  /// What the values that are there are sealed with is lost, as far as is known here.
  private static func loss(of file: MasterKeyFile, sealedWith keys: [String]) -> String {
    "The master key \(file.path) is missing; secrets of this database are sealed with "
      + "\(keys.isEmpty ? "another" : keys.prefix(4).joined(separator: ", "))."
  }

  private func store(
    _ value: SecretValue, _ key: MasterKey, _ name: String, _ team: ResourceName, _ actor: String
  ) async throws(ControlFailure) {
    try await Self.register(key, in: store)
    let sealed = try SecretSealing(masterKey: key).seal(value, name: name, of: team)
    try await store.storeSecret(sealed, name: name, of: team, actor: actor)
  }

  /// An operator's login may not say which key is right, and need not: the database compares what it seals.
  private static func register(_ key: MasterKey, in store: any SealedSecretStore) async throws(ControlFailure) {
    do throws(ControlFailure) { try await store.registerMasterKey(key.identifier) } catch {
      guard error.code == .permissionDenied else { throw error }
    }
  }

  /// Refuses to go on with another key than the one that was in use and seals values still. A sentence when the key is
  /// missing, or when a team has values that it does not open: that keeps nothing but these from working. `nil` when all
  /// is well.
  package static func checkKey(
    in file: MasterKeyFile, of store: any SealedSecretStore
  ) async throws(ControlFailure) -> String? {
    guard let key = try file.read() else {
      let sealedWith = try await store.masterKeyIDs()
      return sealedWith.isEmpty ? nil : loss(of: file, sealedWith: sealedWith)
    }
    do throws(ControlFailure) { try await register(key, in: store) } catch {
      guard error.code == .refused else { throw error }
      throw ControlFailure(
        .refused, "The master key \(file.path) is \(key.identifier). \(error.summary)", hint: error.hint)
    }
    let unreadable = try await store.secretsUnreadable(with: key.identifier)
    guard !unreadable.isEmpty else { return nil }
    let teams = unreadable.map { "\($0.team) (\($0.count))" }.joined(separator: ", ")
    return "Secrets were sealed with another master key than \(key.identifier) and cannot be opened, of team \(teams). "
      + "Set them anew, or delete them."
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
