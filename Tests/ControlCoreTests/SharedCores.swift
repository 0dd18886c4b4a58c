import ControlCore
import ControlModel
import Logging
import PostgresClient
import PostgresTestSupport
import SessionHistory
import Synchronization

/// Cores on one real database, and sessions for them to share.
final class SharedCores: Sendable {
  let url: String
  let pool: PostgresPool
  let store: PostgresSessionStore
  let sandboxes = SharedSandboxes()
  private let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)

  struct Member: Sendable {
    let name: String
    let core: ControlCore
    let loop: Task<Void, Never>
    let pool: PostgresPool

    func leave() async {
      loop.cancel()
      await loop.value
      await pool.close()
    }
  }

  static func with(sessions: Int, _ body: (SharedCores) async throws -> Void) async throws {
    try await withTemporaryDatabase { url in
      let cores = SharedCores(url)
      do {
        try await cores.prepare(sessions)
        try await body(cores)
      } catch {
        await cores.close()
        throw error
      }
      await cores.close()
    }
  }

  private init(_ url: String) {
    self.url = url
    pool = PostgresPool(PostgresConfiguration(url: url))
    store = PostgresSessionStore(pool)
  }

  private func prepare(_ sessions: Int) async throws {
    try await store.migrate()
    let (team, agent) = (try ResourceName("shared-\(suffix)"), try ResourceName("fixer"))
    _ = try await store.createTeam(team, actor: "root", reason: nil)
    _ = try await store.applyAgent(agent, of: team, spec: AgentSpec(runtime: .exec, command: ["true"]), actor: "root")
    for number in 0..<sessions {
      _ = try await store.startSession(
        StartRequest(
          id: .make(at: .now()), operation: .make(at: .now()), team: team, agent: agent, title: "task \(number)",
          message: nil, actor: "root"))
    }
  }

  private func close() async {
    let roles = try? await pool.query(
      "SELECT rolname::text AS name FROM pg_roles WHERE rolname LIKE $1", [.text("%\(suffix)")])
    for role in roles ?? [] {
      guard let name = try? role.text("name") else { continue }
      try? await pool.script("DROP OWNED BY \"\(name)\"; DROP ROLE \"\(name)\"")
    }
    await pool.close()
  }

  /// Makes a login of its own for the core, so that it can be shut out.
  func join(_ name: String) async throws -> Member {
    let login = login(name)
    try await pool.script("CREATE ROLE \(login) LOGIN SUPERUSER")
    var settings = CoreSettings(holder: name)
    settings.sharesSessions = true
    settings.interval = 0.5
    let pool = PostgresPool(PostgresConfiguration(url: url + "&user=\(login)"))
    let core = ControlCore(
      store: PostgresSessionStore(pool), engine: RecordingEngine(core: name, shared: sandboxes), settings: settings,
      logger: Logger(label: name) { _ in SwiftLogNoOpLogHandler() })
    return Member(name: name, core: core, loop: Task { await core.run() }, pool: pool)
  }

  /// Ends all its connections and lets it make no other; it goes on, and has to find out.
  func shutOut(_ member: Member) async throws {
    let login = login(member.name)
    try await pool.script("ALTER ROLE \(login) NOLOGIN")
    _ = try await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '\(login)'")
  }

  /// Roles belong to the whole server.
  private func login(_ name: String) -> String { "\(name)_\(suffix)" }

  func restartAll() async throws {
    for session in try await store.managedSessions().map(\.session) {
      try await store.submit(
        Operation(
          id: .make(at: .now()), kind: .restart, team: session.team, session: session.id,
          generation: session.generation, argument: nil, actor: "root", requestedAt: .now()))
    }
  }

  /// Acts of different cores on one session that overlap.
  func overlaps() -> Int {
    let acts = sandboxes.state.withLock { $0.acts }
    return Dictionary(grouping: acts, by: \.session).values.reduce(0) { count, acts in
      let sorted = acts.sorted { $0.begin < $1.begin }
      return count + zip(sorted, sorted.dropFirst()).count { $0.core != $1.core && $1.begin < $0.end }
    }
  }

  /// Events that are recorded, numbers that they have, and how many there should be.
  func recorded() async throws -> (events: Int64, numbers: Int64, expected: Int64) {
    let rows = try await pool.query(
      """
      SELECT count(*) AS events, count(DISTINCT (session_id, seq)) AS numbers,
        (SELECT sum(generation)::bigint FROM paddock.session) AS generations
      FROM paddock.event
      """)
    guard let row = rows.first else { return (0, 0, 0) }
    let expected = try row.int("generations") * Int64(RecordingEngine.eventsPerGeneration)
    return (try row.int("events"), try row.int("numbers"), expected)
  }

  func lockedSlots() async throws -> [Int64] {
    try await pool.query(
      """
      SELECT count(*) AS slots FROM pg_locks
      WHERE locktype = 'advisory' AND classid = 1885431909 AND objsubid = 2
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY pid ORDER BY 1
      """
    ).map { try $0.int("slots") }
  }
}
