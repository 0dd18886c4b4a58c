package import ControlModel
import PostgresClient

extension PostgresSessionStore: EngineRegister {
  package func engine() async throws(ControlFailure) -> EngineIdentity? {
    try await query(Self.engineRow, [], readEngine).first
  }

  package func claimEngine(_ engine: EngineIdentity) async throws(ControlFailure) {
    let refusal = try await behindIntruders { () async throws(ControlFailure) in try await claim(engine) }
    if let refusal { throw refusal }
  }

  private func claim(_ engine: EngineIdentity) async throws(ControlFailure) -> ControlFailure? {
    try await transaction { connection -> ControlFailure? in
      // Claims come one after the other; the row may not be there to be locked.
      try await connection.execute("SELECT pg_advisory_xact_lock(\(AdvisoryLock.engine))")
      let known = try await connection.query(Self.engineRow).first.map(readEngine)
      if known == engine { return nil }
      if let known {
        if known.isSame(as: engine) {
          // Who may not read the uid must not make it forgotten.
          if let uid = known.cluster?.uid, engine.cluster?.uid != uid { return nil }
        } else if let refusal = try await refusalToSwitch(to: engine, from: known, connection) {
          return refusal
        }
      }
      try await write(engine, connection)
      return nil
    }
  }

  private static let engineRow = "SELECT name, cluster_uid, server, authority FROM paddock.engine"

  private func readEngine(_ row: PostgresRow) throws -> EngineIdentity {
    var engine = EngineIdentity(name: try row.text("name"))
    if let server = try row.optionalText("server") {
      engine.cluster = .init(
        uid: try row.optionalText("cluster_uid"), server: server, authority: try row.optionalText("authority") ?? "")
    }
    return engine
  }

  private func write(_ engine: EngineIdentity, _ connection: PostgresConnection) async throws {
    let cluster = engine.cluster
    try await connection.execute(
      """
      INSERT INTO paddock.engine (name, cluster_uid, server, authority) VALUES ($1, $2, $3, $4)
      ON CONFLICT (single) DO UPDATE SET name = excluded.name, cluster_uid = excluded.cluster_uid,
        server = excluded.server, authority = excluded.authority
      """,
      [.text(engine.name), .free(cluster?.uid), .free(cluster?.server), .free(cluster?.authority)])
  }

  private func refusalToSwitch(
    to engine: EngineIdentity, from known: EngineIdentity, _ connection: PostgresConnection
  ) async throws -> ControlFailure? {
    let refusal = "\(engine.title.capitalizedFirst) cannot take over"
    if let holder = try await leaseHolder(connection) {
      return ControlFailure(
        .refused, "\(refusal): a core (\(holder)) is at work with \(known.title).",
        hint: "End it first, by `paddock down` or by closing its console.")
    }
    let rows = try await connection.query(
      "SELECT count(*) AS living FROM paddock.session s WHERE \(SessionFilter.isManaged)")
    let living = try rows.first?.int("living") ?? 0
    guard living > 0 else { return nil }
    return ControlFailure(
      .refused, "\(refusal): sessions live on \(known.title) (\(living)).", hint: Self.hint(known, engine))
  }

  private static func hint(_ known: EngineIdentity, _ engine: EngineIdentity) -> String {
    guard known.name == engine.name else { return "Go on with --engine \(known.name), or kill these sessions first." }
    guard engine.cluster?.uid == nil || known.cluster?.uid == nil else {
      return "Go on with the --context of that cluster, or kill these sessions first."
    }
    return "If it is the same cluster under another address, let the core get the namespace kube-system: its uid tells."
  }
}
