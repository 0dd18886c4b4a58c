package import ControlModel
import PostgresClient

extension PostgresSessionStore: SealedSecretStore {
  package func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret] {
    try await list(
      .secret,
      """
      SELECT s.team, s.name, s.owner, s.updated_at,
        ARRAY(SELECT b.agent FROM paddock.secret_binding b WHERE b.team = s.team AND b.secret = s.name ORDER BY 1)
          AS bindings
      FROM paddock.secret s WHERE $1::text IS NULL OR s.team = $1 ORDER BY s.team, s.name
      """, [.optionalText(team?.text)]
    ) { row in
      let (team, name) = (try row.name("team"), try row.text("name"))
      return Secret(
        team: team, name: name, owner: try row.text("owner"),
        bindings: try row.textArray("bindings").compactMap { agent in readBinding(of: name, team, agent) },
        updatedAt: try row.time("updated_at"))
    }
  }

  /// One that names no agent binds nothing.
  private func readBinding(of secret: String, _ team: ResourceName, _ agent: String) -> ResourceName? {
    do throws(ControlFailure) { return try ResourceName(agent, of: "agent of a binding") } catch {
      UnreadableRows.note(
        UnreadableRow(relation: "secret_binding", id: "\(team)/\(secret)/\(agent)", reason: error.summary))
      return nil
    }
  }

  package func storeSecret(
    _ sealed: SealedSecret, name: String, of team: ResourceName, actor: String
  ) async throws(ControlFailure) {
    try await execute(
      "SELECT paddock.set_secret($1, $2, $3, $4, $5, $6)",
      [
        .text(team), .free(name), .bytea(sealed.ciphertext), .bytea(sealed.wrappedKey), .text(sealed.masterKeyID),
        .free(actor),
      ])
  }

  package func masterKeyIDs() async throws(ControlFailure) -> [String] {
    try await query("SELECT id FROM paddock.sealing_keys() AS id", []) { row in try row.text("id") }
  }

  package func registerMasterKey(_ id: String) async throws(ControlFailure) {
    try await execute("SELECT paddock.register_master_key($1)", [.text(id)])
  }

  package func secretsUnreadable(with id: String) async throws(ControlFailure) -> [(team: String, count: Int)] {
    try await query(
      "SELECT team, count(*) AS count FROM paddock.secret WHERE key_id <> $1 GROUP BY team ORDER BY team LIMIT 8",
      [.text(id)]
    ) { row in (try row.text("team"), Int(clamping: try row.int("count"))) }
  }

  package func sealedSecret(
    _ name: String, of team: ResourceName
  ) async throws(ControlFailure) -> SealedSecret {
    let found = try await query(
      "SELECT ciphertext, wrapped_key, key_id FROM paddock.secret WHERE team = $1 AND name = $2",
      [.text(team), .free(name)]
    ) { row in
      SealedSecret(
        ciphertext: try row.bytes("ciphertext"), wrappedKey: try row.bytes("wrapped_key"),
        masterKeyID: try row.text("key_id"))
    }
    guard let sealed = found.first else { throw missingSecret(name, team) }
    return sealed
  }

  package func bindSecret(
    _ name: String, of team: ResourceName, to agent: ResourceName, actor: String
  ) async throws(ControlFailure) {
    try await execute(
      "SELECT paddock.bind_secret($1, $2, $3, $4)", [.text(team), .free(name), .text(agent), .free(actor)])
  }

  package func deleteSecret(
    _ name: String, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await execute(
      "SELECT paddock.delete_secret($1, $2, $3, $4)", [.text(team), .free(name), .free(actor), .free(reason)])
  }

  private func missingSecret(_ name: String, _ team: ResourceName) -> ControlFailure {
    ControlFailure(
      .notFound, "The team '\(team)' has no secret '\(name)'.", hint: "See `paddock secret list --team \(team)`.")
  }
}
