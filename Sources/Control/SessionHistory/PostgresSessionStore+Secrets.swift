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
    try await transaction { connection in
      guard try await connection.query("SELECT FROM paddock.team WHERE name = $1", [.text(team)]).first != nil else {
        throw ControlFailure(.notFound, "There is no team '\(team)'.", hint: "Make it with `paddock team create`.")
      }
      try await attribute(actor, reason: nil, connection)
      // Not `excluded`: an operator may write sealed bytes, but what it names is read.
      try await connection.execute(
        """
        INSERT INTO paddock.secret (team, name, owner, ciphertext, wrapped_key, key_id, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, now(), now())
        ON CONFLICT (team, name) DO UPDATE
          SET owner = $3, ciphertext = $4, wrapped_key = $5, key_id = $6, updated_at = now()
        """,
        [
          .text(team), .free(name), .free(actor), .bytea(sealed.ciphertext), .bytea(sealed.wrappedKey),
          .text(sealed.masterKeyID),
        ])
    }
  }

  package func masterKeyIDs() async throws(ControlFailure) -> [String] {
    try await query("SELECT DISTINCT key_id FROM paddock.secret ORDER BY key_id LIMIT 16", []) { row in
      try row.text("key_id")
    }
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
    _ = try await self.agent(agent, of: team)
    try await transaction { connection in
      guard
        try await connection.query(
          "SELECT FROM paddock.secret WHERE team = $1 AND name = $2", [.text(team), .free(name)]
        ).first != nil
      else { throw missingSecret(name, team) }
      try await attribute(actor, reason: nil, connection)
      try await connection.execute(
        "INSERT INTO paddock.secret_binding (team, secret, agent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [.text(team), .free(name), .text(agent)])
    }
  }

  package func deleteSecret(
    _ name: String, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await transaction { connection in
      try await attribute(actor, reason: reason, connection)
      let deleted = try await connection.execute(
        "DELETE FROM paddock.secret WHERE team = $1 AND name = $2", [.text(team), .free(name)])
      guard deleted > 0 else { throw missingSecret(name, team) }
    }
  }

  private func missingSecret(_ name: String, _ team: ResourceName) -> ControlFailure {
    ControlFailure(
      .notFound, "The team '\(team)' has no secret '\(name)'.", hint: "See `paddock secret list --team \(team)`.")
  }
}
