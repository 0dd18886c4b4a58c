import ControlModel
import PostgresClient
import Synchronization

/// The transaction that changes the schema, and somebody who looks after it meanwhile: it needs its tables for itself, and
/// anybody who may read one can lock it against that. Whoever is no core and in its way for two seconds is ended.
///
/// Another database's migration may be in the way, too, as roles belong to the whole server: it is none of ours.
/// Asks nothing of the schema, which may be of any version, or not there.
final class MigrationWay: Sendable {
  private let configuration: PostgresConfiguration
  private let found = Mutex<Set<Blocker>>([])

  private struct Blocker: Hashable {
    var process: Int64
    var login: String
    var application: String
  }

  /// Other migrations take their time; nothing else may keep one waiting for longer than this.
  private static func preparation(_ patience: Double) -> String {
    """
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '10min';
    SELECT pg_advisory_xact_lock(\(AdvisoryLock.migration)); SET LOCAL lock_timeout = '\(Int(patience * 1000))ms'
    """
  }

  static func clear(for pool: PostgresPool, patience: Double, _ body: (PostgresConnection) async throws -> Void)
    async throws
  {
    let way = MigrationWay(configuration: pool.configuration)
    do {
      try await pool.transaction { connection in
        let process = await connection.serverProcess
        let watch = Task { await way.watch(process) }
        defer { watch.cancel() }
        try await connection.script(preparation(patience))
        try await body(connection)
      }
    } catch {
      throw way.named(ControlFailure(error, database: pool.configuration))
    }
  }

  private init(configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  private func watch(_ process: Int32) async {
    var connection: PostgresConnection?
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(300))
      if Task.isCancelled { break }
      if connection == nil { connection = try? await PostgresConnection.connect(configuration) }
      guard let watching = connection else { continue }
      await look(process, watching)
    }
    await connection?.close()
  }

  private func look(_ process: Int32, _ connection: PostgresConnection) async {
    let rows = (try? await connection.query(Self.blockers, [.int4(process)])) ?? []
    for row in rows {
      guard let pid = try? row.int("pid"), let login = try? row.text("login"), let isCore = try? row.bool("is_core"),
        let application = try? row.text("application")
      else { continue }
      found.withLock { _ = $0.insert(Blocker(process: pid, login: login, application: application)) }
      if !isCore { _ = try? await connection.query("SELECT pg_terminate_backend($1)", [.int4(Int32(pid))]) }
    }
  }

  private func named(_ failure: ControlFailure) -> ControlFailure {
    guard failure.isHeldUp, let blocker = found.withLock({ $0.first }) else { return failure }
    return EndedConnection(
      login: blocker.login, process: Int(blocker.process), application: blocker.application, reason: "", isEnded: false
    ).inTheWay(of: failure)
  }

  private static let blockers = """
    SELECT a.pid, a.usename::text AS login, left(a.application_name, 64) AS application,
      (a.usename = session_user OR \(CoreRights.are(of: "a.usesysid"))) AS is_core
    FROM unnest(pg_blocking_pids($1)) b (pid) JOIN pg_stat_activity a USING (pid)
    WHERE a.datname = current_database() AND EXISTS (
      SELECT FROM pg_locks k
      WHERE k.pid = $1 AND NOT k.granted AND k.waitstart < clock_timestamp() - interval '2 seconds')
    """
}
