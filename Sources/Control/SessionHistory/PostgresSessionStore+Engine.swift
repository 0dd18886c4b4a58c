package import ControlModel
import PostgresClient

extension PostgresSessionStore: EngineRegister {
  package func engine() async throws(ControlFailure) -> String? {
    try await query("SELECT name FROM paddock.engine", []) { try $0.text("name") }.first
  }

  package func claimEngine(_ name: String) async throws(ControlFailure) {
    let refusal = try await transaction { connection -> ControlFailure? in
      // Claims come one after the other; the row may not be there to be locked.
      try await connection.execute("SELECT pg_advisory_xact_lock(\(AdvisoryLock.engine))")
      let known = try await connection.query("SELECT name FROM paddock.engine").first?.text("name")
      if known == name { return nil }
      if let known, let refusal = try await refusalToSwitch(to: name, from: known, connection) { return refusal }
      try await connection.execute(
        "INSERT INTO paddock.engine (name) VALUES ($1) ON CONFLICT (single) DO UPDATE SET name = excluded.name",
        [.text(name)])
      return nil
    }
    if let refusal { throw refusal }
  }

  private func refusalToSwitch(
    to name: String, from known: String, _ connection: PostgresConnection
  ) async throws -> ControlFailure? {
    if let holder = try await leaseHolder() {
      return ControlFailure(
        .refused, "The engine '\(name)' cannot take over: a core (\(holder)) is at work with the engine '\(known)'.",
        hint: "End it first, by `paddock down` or by closing its console.")
    }
    let rows = try await connection.query(
      "SELECT count(*) AS living FROM paddock.session s WHERE \(SessionFilter.isManaged)")
    let living = try rows.first?.int("living") ?? 0
    guard living > 0 else { return nil }
    return ControlFailure(
      .refused, "The engine '\(name)' cannot take over: sessions live on the engine '\(known)' (\(living)).",
      hint: "Go on with --engine \(known), or kill these sessions first.")
  }
}
