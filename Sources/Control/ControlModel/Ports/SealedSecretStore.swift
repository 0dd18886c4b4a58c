/// Where sealed secrets are kept; it never sees a value.
package protocol SealedSecretStore: Sendable {
  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret]
  /// Stores, or replaces, and records who did it.
  func storeSecret(
    _ sealed: SealedSecret, name: String, of team: ResourceName, actor: String
  ) async throws(ControlFailure)
  /// The master keys that values are sealed with, of all teams: for cores, which see all.
  func masterKeyIDs() async throws(ControlFailure) -> [String]
  func sealedSecret(_ name: String, of team: ResourceName) async throws(ControlFailure) -> SealedSecret
  func bindSecret(
    _ name: String, of team: ResourceName, to agent: ResourceName, actor: String
  ) async throws(ControlFailure)
  func deleteSecret(
    _ name: String, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure)
}

/// A value under its own data key, and that key under the master key.
package struct SealedSecret: Sendable, Hashable {
  /// AES-256-GCM, combined form: nonce, ciphertext, tag.
  package var ciphertext: [UInt8]
  /// The data key sealed by the master key, in the same form.
  package var wrappedKey: [UInt8]
  /// Tells which master key; the first 8 bytes of its SHA-256, in hexadecimal.
  package var masterKeyID: String

  package init(ciphertext: [UInt8], wrappedKey: [UInt8], masterKeyID: String) {
    self.ciphertext = ciphertext
    self.wrappedKey = wrappedKey
    self.masterKeyID = masterKeyID
  }
}
