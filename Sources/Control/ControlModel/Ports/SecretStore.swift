/// Sealed credentials: names, owners and bindings can be read, values never come back to an operator.
package protocol SecretStore: Sendable {
  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret]
  /// Seals and stores the value; replaces one of the same name.
  func setSecret(
    _ name: String, of team: ResourceName, value: SecretValue, actor: String
  ) async throws(ControlFailure)
  func bindSecret(_ name: String, of team: ResourceName, to agent: ResourceName, actor: String)
    async throws(ControlFailure)
  func deleteSecret(_ name: String, of team: ResourceName, actor: String, reason: String?) async throws(ControlFailure)
}

/// What may be shown of a secret.
package struct Secret: Sendable, Hashable {
  package var team: ResourceName
  /// As an environment variable is named: `GITHUB_TOKEN`.
  package var name: String
  package var owner: String
  /// Agents that may use it.
  package var bindings: [ResourceName]
  package var updatedAt: Timestamp

  package init(team: ResourceName, name: String, owner: String, bindings: [ResourceName], updatedAt: Timestamp) {
    self.team = team
    self.name = name
    self.owner = owner
    self.bindings = bindings
    self.updatedAt = updatedAt
  }
}

/// A value that prints as `<secret>` and is not Codable; it never enters an argument list or a log.
package struct SecretValue: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var description: String { "<secret>" }
  package var debugDescription: String { "<secret>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }

  /// The value itself; only sealing and redaction have a use for it.
  package func withBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result { try body(bytes) }
}
