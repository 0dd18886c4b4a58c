import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// A whole walk for a role that has set what it may, as owner of the database and as a core.
@Suite(.serialized) struct RoleSettingsTests {
  static let settings = [
    "statement_timeout = '1ms'", "lock_timeout = '1ms'", "idle_in_transaction_session_timeout = '1ms'",
    "standard_conforming_strings = off", "default_transaction_isolation = serializable",
    "default_transaction_read_only = on", "search_path = 'public, nowhere'", "DateStyle = 'German, DMY'",
    "IntervalStyle = sql_standard", "TimeZone = 'Asia/Kathmandu'", "bytea_output = escape", "extra_float_digits = -15",
    "client_encoding = LATIN1", "row_security = off", "array_nulls = off", "transform_null_equals = on",
  ]

  @Test(.timeLimit(.minutes(3)), arguments: settings.map { [$0] } + [settings])
  func whatARoleHasSetDoesNotMatter(_ settings: [String]) async throws {
    try await withTemporaryDatabase { url in
      let suffix = String(UInt32.random(in: 0 ... .max), radix: 36)
      let owner = "owner_\(suffix)"
      let root = PostgresPool(PostgresConfiguration(url: url))
      let database = try await root.query("SELECT current_database()::text AS name").first?.text("name") ?? ""
      try await root.script(
        """
        CREATE ROLE \(owner) LOGIN CREATEROLE; ALTER DATABASE \(database) OWNER TO \(owner);
        CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT ''-infinity''::timestamptz';
        """)
      for setting in settings { try await root.script("ALTER ROLE \(owner) SET \(setting)") }
      let lanes = StoreLanes.of(.core, url: url + "&user=\(owner)")
      let result: Result<Void, any Error>
      do {
        result = .success(try await walk(PostgresSessionStore(lanes), ResourceName("red-\(suffix)")))
      } catch { result = .failure(error) }
      await lanes.close()
      try await root.script("ALTER DATABASE \(database) OWNER TO CURRENT_USER")
      try await root.script("DROP OWNED BY \(owner) CASCADE")
      try await root.script("DROP ROLE \(owner)")
      try? await root.script("DROP ROLE \"paddock_team_red-\(suffix)\"")
      await root.close()
      try result.get()
    }
  }

  private func walk(_ store: PostgresSessionStore, _ team: ResourceName) async throws {
    try await store.migrate()
    try await store.requireSchema()
    let agent = try ResourceName("fixer")
    _ = try await store.createTeam(team, actor: "o", reason: nil)
    _ = try await store.applyAgent(
      agent, of: team, spec: AgentSpec(runtime: .exec, command: ["a\\'b"]), actor: "o")
    let session = try await store.startSession(
      StartRequest(
        id: .make(at: .now()), operation: .make(at: .now()), team: team, agent: agent, title: "naïve \\ 🐎",
        message: "m",
        actor: "o"))
    #expect(session.title == "naïve \\ 🐎")
    #expect(try await store.acquireLease(holder: "host/1"))
    let event = Event(
      seq: 1, time: Timestamp(microseconds: 1_700_000_000_123_456), content: EventDraft(.assistant, "find 🐎 here"))
    var projection = SessionProjection()
    projection.apply(event)
    try await store.record([RecordedBatch(session: session.id, events: [event], projection: projection)])
    while try await store.indexEvents(limit: 100) > 0 {}
    #expect(try await store.search(SearchQuery(text: "find")).map(\.time) == [event.time])
    #expect(try await store.events(of: session.id, .last, limit: 9).map(\.time) == [event.time])
    let kill = Operation(
      id: .make(at: .now()), kind: .kill, team: team, session: session.id, generation: 1, actor: "o",
      requestedAt: .now())
    try await store.submit(kill)
    #expect(try await store.pendingOperations().last?.id == kill.id)
    try await store.setDesired(.killed, of: session.id, expectedGeneration: 1, newGeneration: false)
    try await store.setState(.finished, reason: "killed", of: session.id)
    try await store.complete(kill.id, .succeeded)
    #expect(try await store.operation(kill.id).outcome == .succeeded)
    #expect(try await store.endIntruders().isEmpty)
    try await store.purge(session.id)
    await store.releaseLease()
  }
}
