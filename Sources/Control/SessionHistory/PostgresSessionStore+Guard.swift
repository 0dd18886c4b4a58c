package import ControlModel
import PostgresClient

extension PostgresSessionStore: ConnectionGuard {
  package func endIntruders() async throws(ControlFailure) -> [EndedConnection] {
    do {
      let rows = try await lanes.watch.query(
        "SELECT login, process, application, reason, is_ended FROM paddock.end_intruders($1, $2, $3, $4)",
        [
          .float8(IntruderRules.blockingSeconds), .float8(IntruderRules.idleSeconds),
          .float8(IntruderRules.openSeconds), .int8(IntruderRules.connectionsOfALogin),
        ])
      // What cannot be reported yet, since somebody holds what that takes, is reported at a later look.
      _ = try? await lanes.watch.query("SELECT paddock.report_ended_connections() AS reported")
      return try rows.map { row in
        EndedConnection(
          login: try row.text("login"), process: Int(try row.int("process")), application: try row.text("application"),
          reason: try row.text("reason"), isEnded: try row.bool("is_ended"))
      }
    } catch {
      throw failure(error)
    }
  }

  package func sessionsHeldUp(among sessions: Set<SessionID>) async throws(ControlFailure) -> Set<SessionID> {
    let asked: PostgresValue = .uuidArray(sessions.map(\.text))
    return try await transaction(in: lanes.recording) { connection in
      let free = try await connection.query(
        "SELECT id FROM paddock.session WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED", [asked]
      ).map { try $0.sessionID("id") }
      // One that is not there is held by nobody.
      let known = try await connection.query("SELECT id FROM paddock.session WHERE id = ANY ($1)", [asked])
      return Set(try known.map { try $0.sessionID("id") }).subtracting(free)
    }
  }

  /// Those functions act with the rights of the role that made the schema.
  package func missingGuardRights() async throws(ControlFailure) -> String? {
    try await query("SELECT paddock.missing_guard_rights() AS missing", []) { try $0.optionalText("missing") }.first
      ?? nil
  }

  package func mayBeCore() async throws(ControlFailure) -> Bool {
    try await query(
      "SELECT \(CoreRights.are(of: "me.oid")) AS may FROM pg_roles me WHERE me.rolname = session_user", []
    ) { try $0.bool("may") }.first ?? false
  }

  /// Once more behind those who held what it needed, when they could be ended.
  func behindIntruders<Value>(
    _ body: () async throws(ControlFailure) -> Value
  ) async throws(ControlFailure) -> Value {
    do throws(ControlFailure) {
      return try await body()
    } catch {
      guard error.isHeldUp else { throw error }
      let found = (try? await endIntruders()) ?? []
      do throws(ControlFailure) {
        return try await body()
      } catch {
        guard error.isHeldUp, let intruder = found.first(where: { !$0.isEnded }) else { throw error }
        throw intruder.inTheWay(of: error)
      }
    }
  }
}

/// When a connection of somebody who is no core is ended.
enum IntruderRules {
  /// Less than a core waits for a lock.
  static let blockingSeconds = 2.0
  static let idleSeconds = 60.0
  /// Of a transaction, whatever it does: what it may still see is kept for it by the whole server.
  static let openSeconds = 3600.0
  /// Those beyond are ended when the server is nearly full.
  static let connectionsOfALogin: Int64 = 20
}

extension EndedConnection {
  func inTheWay(of failure: ControlFailure) -> ControlFailure {
    var failure = failure
    failure.summary +=
      " It is held by '\(login)' (process \(process), \(application)), who may not be shut out from here."
    failure.hint =
      "End it with pg_terminate_backend(\(process)), or see `paddock doctor` about the rights that are missing."
    return failure
  }
}
