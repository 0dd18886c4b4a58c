package import ControlModel
import PostgresClient

extension PostgresSessionStore: OperatorStore {
  package func operators() async throws(ControlFailure) -> [Operator] {
    let roles = try await list(
      .role, "SELECT name, team, level, is_by_group FROM paddock.operator_roles()", []
    ) { row in
      (
        name: try row.text("name"),
        role: Operator.Role(
          team: try row.name("team"), level: try row.word("level"), isByGroup: try row.bool("is_by_group"))
      )
    }
    let byName = Dictionary(grouping: roles, by: \.name)
    return try await list(.person, "SELECT * FROM paddock.operators()", []) { row in
      let name = try row.text("name")
      let roles = (byName[name] ?? []).map(\.role).sorted { $0.team < $1.team }
      return try Self.readOperator(row, name, roles)
    }
  }

  package func unixLogins() async throws(ControlFailure) -> [String: String] {
    let rows = try await query(
      "SELECT name::text AS name, unix_user FROM paddock.operator_login WHERE way = 'unix' AND removed_at IS NULL", []
    ) { row in (try row.text("name"), try row.text("unix_user")) }
    return Dictionary(rows) { $1 }
  }

  package func addOperator(_ new: NewOperator, actor: String, reason: String?) async throws(ControlFailure) {
    try await transaction { connection in
      try await speak(for: actor, reason: reason, connection)
      let verifier = try await self.verifier(of: new.password, login: new.name.text, connection)
      let (way, unixUser) = Self.words(new.way)
      try await connection.execute(
        "SELECT paddock.add_operator($1, $2, $3, $4, $5, $6)",
        [
          .text(new.name.text), .text(way), .free(unixUser), .optionalText(verifier), .bool(new.isAdministrator),
          .bool(new.adopts),
        ])
    }
  }

  package func removeOperator(
    _ name: OperatorName, actor: String, reason: String?
  ) async throws(ControlFailure) -> String? {
    try await transaction { connection in
      try await speak(for: actor, reason: reason, connection)
      try await connection.execute("SELECT paddock.remove_operator($1)", [.text(name.text)])
    }
    // Only now that it is committed can no connection come after those that are ended.
    return try await query("SELECT paddock.finish_removal($1) AS remains", [.text(name.text)]) {
      try $0.optionalText("remains")
    }.first ?? nil
  }

  package func grant(
    _ level: OperatorLevel, in team: ResourceName, to name: OperatorName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperatorLevel {
    try await transaction { connection in
      try await speak(for: actor, reason: reason, connection)
      let rows = try await connection.query(
        "SELECT paddock.grant_operator($1, $2, $3) AS level",
        [.text(name.text), .text(team), .text(level.rawValue)])
      return try rows.first.map { try $0.word("level") } ?? level
    }
  }

  package func revoke(
    _ team: ResourceName, from name: OperatorName, actor: String, reason: String?
  ) async throws(ControlFailure) {
    try await transaction { connection in
      try await speak(for: actor, reason: reason, connection)
      try await connection.execute("SELECT paddock.revoke_operator($1, $2)", [.text(name.text), .text(team)])
    }
  }

  package func setPassword(
    _ password: SecretValue, of name: OperatorName?, actor: String
  ) async throws(ControlFailure) {
    try await transaction { connection in
      try await speak(for: actor, reason: nil, connection)
      let rows = try await connection.query("SELECT session_user::text AS login")
      let login = try name?.text ?? rows.first?.text("login") ?? ""
      let verifier = try await self.verifier(of: password, login: login, connection)
      try await connection.execute(
        "SELECT paddock.set_operator_password($1, $2)", [.text(login), .optionalText(verifier)])
    }
  }

  package func missingOwnerRights() async throws(ControlFailure) -> [String] {
    try await query("SELECT statement FROM paddock.missing_owner_rights() AS r (statement)", []) {
      try $0.text("statement")
    }
  }

  /// For the functions that record what they do.
  private func speak(for actor: String, reason: String?, _ connection: PostgresConnection) async throws {
    try await connection.execute(
      "SELECT set_config('paddock.actor', $1, true), set_config('paddock.reason', coalesce($2, ''), true)",
      [.free(actor), .free(reason)])
  }

  private func verifier(
    of password: SecretValue?, login: String, _ connection: PostgresConnection
  ) async throws -> String? {
    guard let bytes = password?.withBytes({ $0 }) else { return nil }
    guard !bytes.isEmpty, !bytes.contains(0) else {
      throw ControlFailure(.invalidArgument, "A password has at least one byte, and none that is zero.")
    }
    return try await connection.passwordVerifier(for: bytes, of: login)
  }

  private static func words(_ way: Operator.Way) -> (way: String, unixUser: String?) {
    switch way {
    case .password: ("password", nil)
    case .unixUser(let user): ("unix", user)
    case .server: ("server", nil)
    }
  }

  private static func readOperator(_ row: PostgresRow, _ name: String, _ roles: [Operator.Role]) throws -> Operator {
    let way: Operator.Way =
      switch try row.text("way") {
      case "password": .password
      case "unix": .unixUser(try row.optionalText("unix_user") ?? "")
      default: .server
      }
    return Operator(
      name: name, way: way, roles: roles, isAdministrator: try row.bool("is_administrator"),
      isMade: try row.bool("is_made"), isClosed: try row.bool("is_closed"),
      connections: Int(try row.int("connections")),
      addedAt: try row.optionalTimestamp("added_at").map(Timestamp.init(microseconds:)))
  }
}
