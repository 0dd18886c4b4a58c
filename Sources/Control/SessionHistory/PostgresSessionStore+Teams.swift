package import ControlModel
import PostgresClient

extension PostgresSessionStore: TeamStore {
  /// What no core has said for ten minutes is out of date: there may be none, or its engine keeps nothing for teams.
  package func teams() async throws(ControlFailure) -> [Team] {
    try await list(
      .team,
      """
      SELECT t.name, t.created_at, t.quota, r.trouble
      FROM paddock.team t
      LEFT JOIN paddock.team_report r ON r.team = t.name AND r.written_at > now() - interval '10 minutes'
      WHERE t.name IS DISTINCT FROM $1
      ORDER BY t.name
      """, [.text(ResourceName.unownedText)]
    ) { row in
      Team(
        name: try row.name("name"), createdAt: try row.time("created_at"),
        quota: TeamQuota(json: try row.object("quota")), trouble: try row.optionalText("trouble"))
    }
  }

  package func createTeam(
    _ name: ResourceName, quota: TeamQuota, actor: String, reason: String?
  ) async throws(ControlFailure) -> Team {
    let made = try await query(
      "SELECT paddock.create_team($1, $2, $3, $4, $5) AS created_at", parameters(name, quota, actor, reason)
    ) { try $0.time("created_at") }
    return Team(name: name, createdAt: made.first ?? .now(), quota: quota)
  }

  package func changeTeam(
    _ name: ResourceName, quota: TeamQuota, actor: String, reason: String?
  ) async throws(ControlFailure) -> Team {
    try await execute("SELECT paddock.change_team($1, $2, $3, $4, $5)", parameters(name, quota, actor, reason))
    return try await team(name)
  }

  private func parameters(
    _ name: ResourceName, _ quota: TeamQuota, _ actor: String, _ reason: String?
  ) -> [PostgresValue] {
    [
      .text(name), .uuid(OperationID.make(at: .now())), .free(actor), .free(reason),
      .json(JSONValue.object(quota.json).text),
    ]
  }

  package func deleteTeam(_ name: ResourceName, actor: String, reason: String?) async throws(ControlFailure) {
    let operation = OperationID.make(at: .now())
    try await execute(
      "SELECT paddock.delete_team($1, $2, $3, $4)", [.text(name), .uuid(operation), .free(actor), .free(reason)])
  }

  package func agents(of team: ResourceName?) async throws(ControlFailure) -> [Agent] {
    try await list(
      .agent,
      """
      SELECT \(SessionRow.agentColumns) FROM paddock.agent a
      WHERE deleted_at IS NULL AND ($1::text IS NULL OR team = $1) ORDER BY team, name
      """, [.optionalText(team?.text)], SessionRow.readAgent)
  }

  package func agent(_ name: ResourceName, of team: ResourceName) async throws(ControlFailure) -> Agent {
    let found = try await find(
      .agent,
      "SELECT \(SessionRow.agentColumns) FROM paddock.agent a WHERE team = $1 AND name = $2 AND deleted_at IS NULL",
      [.text(team), .text(name)], SessionRow.readAgent)
    guard let agent = found else { throw missingAgent(name, team) }
    return agent
  }

  package func applyAgent(
    _ name: ResourceName, of team: ResourceName, spec: AgentSpec, actor: String
  ) async throws(ControlFailure) -> Agent {
    try await transaction { connection in
      try await connection.execute(
        "SELECT paddock.apply_agent($1, $2, $3, $4, $5)",
        [
          .text(team), .text(name), .text(spec.runtime.rawValue), .json(JSONValue.object(spec.json).text), .free(actor),
        ])
      let rows = try await connection.query(
        "SELECT \(SessionRow.agentColumns) FROM paddock.agent a WHERE team = $1 AND name = $2",
        [.text(team), .text(name)])
      guard let row = rows.first else { throw missingAgent(name, team) }
      return try SessionRow.readAgent(row)
    }
  }

  package func deleteAgent(
    _ name: ResourceName, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await transaction { connection in
      let used = try await connection.query(
        """
        SELECT FROM paddock.session s WHERE team = $1 AND agent = $2 AND \(SessionFilter.isManaged) LIMIT 1
        """, [.text(team), .text(name)])
      guard used.isEmpty else {
        throw ControlFailure(
          .refused, "The agent '\(name)' of the team '\(team)' still has sessions that are not over.",
          hint: "Kill them first.")
      }
      try await connection.execute(
        "SELECT paddock.delete_agent($1, $2, $3, $4)", [.text(team), .text(name), .free(actor), .free(reason)])
    }
  }

  private func missingAgent(_ name: ResourceName, _ team: ResourceName) -> ControlFailure {
    ControlFailure(
      .notFound, "The team '\(team)' has no agent '\(name)'.", hint: "See `paddock agent list --team \(team)`.")
  }
}
