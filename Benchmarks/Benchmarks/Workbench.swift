import ControlModel
import EmbeddedPostgres
import Glibc
import PostgresClient
import SessionHistory

/// A private Postgres in a temporary folder, as `paddock up` starts it; every benchmark has a database of its own.
struct Workbench: Sendable {
  let folder: String
  private let server: EmbeddedPostgres
  private let url: String

  static func open() async throws -> Workbench {
    // In /var/tmp, because /tmp may be memory, where fsync costs nothing.
    var template = Array("/var/tmp/paddock-bench-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchmarkFailure("no temporary folder: errno \(errno)") }
    let folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    // The server's own account has to pass through.
    chmod(folder, 0o711)
    mkdir(folder + "/paddock", 0o700)
    let server = EmbeddedPostgres(dataDirectory: folder + "/postgres")
    return Workbench(folder: folder, server: server, url: try await server.start())
  }

  func close() async throws {
    try await server.stop()
    let removal = try await ProgramOutput.of(["/bin/rm", "-rf", folder])
    guard removal.status == 0 else { throw BenchmarkFailure("\(folder) could not be removed") }
  }

  /// A new database with the schema in it.
  func database(_ name: String) async throws -> BenchmarkDatabase {
    let administration = PostgresPool(PostgresConfiguration(url: url), size: 1)
    try await administration.script("CREATE DATABASE \(name)")
    await administration.close()
    let pieces = url.split(separator: "?", maxSplits: 1)
    let own = pieces[0].replacingSuffix("/paddock", with: "/\(name)") + "?" + (pieces.last ?? "")
    let pool = PostgresPool(PostgresConfiguration(url: own), size: 4)
    let store = PostgresSessionStore(pool)
    try await store.migrate()
    return BenchmarkDatabase(url: own, pool: pool, store: store)
  }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

struct BenchmarkDatabase: Sendable {
  let url: String
  let pool: PostgresPool
  let store: PostgresSessionStore

  func close() async { await pool.close() }

  /// Sessions at work, in the order in which the console lists them: the first is the oldest. Their titles are
  /// `task-00000` and so on.
  func makeSessions(_ count: Int) async throws -> [SessionID] {
    let team = try ResourceName("bench")
    _ = try await store.createTeam(team, actor: "bench", reason: nil)
    let rows = try await pool.query(
      """
      WITH made AS (
        INSERT INTO paddock.session (id, team, team_id, agent, runtime, title, desired, generation, state, \
      state_since, created_at)
        SELECT gen_random_uuid(), t.name, t.id, 'fixer', 'exec', 'task-' || lpad(i::text, 5, '0'), 'running', 1,
          'working', a.since, a.since
        FROM paddock.team t, generate_series(0, $1 - 1) i,
          LATERAL (SELECT now() - (20000 - i) * interval '1 second' AS since) a
        WHERE t.name = 'bench'
        RETURNING id, title
      )
      SELECT id FROM made ORDER BY title
      """, [.int8(Int64(count))])
    try await pool.script("ANALYZE paddock.session")
    return try rows.compactMap { SessionID(try $0.uuid("id")) }
  }
}

extension Substring {
  fileprivate func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : String(self)
  }
}
