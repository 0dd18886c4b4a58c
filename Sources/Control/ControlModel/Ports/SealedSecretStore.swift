/// Where sealed secrets are kept; it never sees a value.
package protocol SealedSecretStore: Sendable {
  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret]
  /// Stores, or replaces, and records who did it.
  func storeSecret(
    _ sealed: SealedSecret, name: String, of team: ResourceName, actor: String
  ) async throws(ControlFailure)
  /// The master keys that values are sealed with, as those who have the key said it.
  func masterKeyIDs() async throws(ControlFailure) -> [String]
  /// Says which key is the right one; refused while values are sealed with another that was said to be, and denied to all
  /// but cores and administrators.
  func registerMasterKey(_ id: String) async throws(ControlFailure)
  /// Teams, with how many of their values nobody can open who has this key.
  func secretsUnreadable(with id: String) async throws(ControlFailure) -> [(team: String, count: Int)]
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
