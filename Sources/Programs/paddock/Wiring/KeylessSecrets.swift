import ControlModel

/// Secrets for an operator of somebody else's stack, which has the master key: names and bindings, but nothing is sealed.
struct KeylessSecrets: SecretStore {
  let store: any SealedSecretStore
  let dataDirectory: String

  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret] { try await store.secrets(of: team) }

  func setSecret(
    _ name: String, of team: ResourceName, value: SecretValue, actor: String
  ) async throws(ControlFailure) {
    throw ControlFailure(
      .permissionDenied, "Sealing \(team)/\(name) takes the master key of the Paddock in \(dataDirectory).",
      hint: "Whoever runs that Paddock has it, and can run `paddock secret set`.")
  }

  func bindSecret(
    _ name: String, of team: ResourceName, to agent: ResourceName, actor: String
  ) async throws(ControlFailure) {
    try await store.bindSecret(name, of: team, to: agent, actor: actor)
  }

  func deleteSecret(
    _ name: String, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await store.deleteSecret(name, of: team, actor: actor, reason: reason)
  }
}
