import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// A migrated database with one team and one agent. Roles belong to the whole server, so their names are unique.
struct HistoryFixture {
  let url: String
  let pool: PostgresPool
  let store: PostgresSessionStore
  let suffix = String(UInt32.random(in: 0...UInt32.max), radix: 36)
  let team: ResourceName
  let agent: ResourceName

  static func with(_ body: (HistoryFixture) async throws -> Void) async throws {
    try await withTemporaryDatabase { url in
      let fixture = try await HistoryFixture(url)
      do {
        try await body(fixture)
        await fixture.close()
      } catch {
        await fixture.close()
        throw error
      }
    }
  }

  private init(_ url: String) async throws {
    self.url = url
    pool = PostgresPool(PostgresConfiguration(url: url))
    store = PostgresSessionStore(pool)
    team = try ResourceName("blue-\(suffix)")
    agent = try ResourceName("fixer")
    try await store.migrate()
    try await addTeam(team)
  }

  func addTeam(_ team: ResourceName) async throws {
    _ = try await store.createTeam(team, actor: "root", reason: nil)
    _ = try await store.applyAgent(agent, of: team, spec: AgentSpec(runtime: .exec, command: ["true"]), actor: "root")
  }

  private func close() async {
    await store.releaseLease()
    let roles = try? await pool.query(
      "SELECT rolname::text AS name FROM pg_roles WHERE rolname LIKE $1", [.text("%\(suffix)")])
    for role in roles ?? [] {
      guard let name = try? role.text("name") else { continue }
      try? await pool.script("DROP OWNED BY \"\(name)\"; DROP ROLE \"\(name)\"")
    }
    await pool.close()
  }

  /// A store that connects as a new login role with these rights.
  func withLogin(_ name: String, roles: [String], _ body: (PostgresSessionStore, PostgresPool) async throws -> Void)
    async throws
  {
    let login = "\(name)_\(suffix)"
    try await pool.script("CREATE ROLE \(login) LOGIN; GRANT \(roles.joined(separator: ", ")) TO \(login)")
    let pool = PostgresPool(PostgresConfiguration(url: url + "&user=\(login)"))
    do {
      try await body(PostgresSessionStore(pool), pool)
      await pool.close()
    } catch {
      await pool.close()
      throw error
    }
  }

  func role(of team: ResourceName) -> String { "\"paddock_team_\(team)\"" }

  func startSession(_ title: String = "task", of team: ResourceName? = nil) async throws -> Session {
    try await store.startSession(
      StartRequest(
        id: .make(at: .now()), operation: .make(at: .now()), team: team ?? self.team, agent: agent, title: title,
        message: "begin", actor: "root"))
  }

  func operation(_ kind: Operation.Kind, _ session: Session, generation: Int? = 1, argument: String? = nil)
    -> Operation
  {
    Operation(
      id: .make(at: .now()), kind: kind, team: session.team, session: session.id, generation: generation,
      argument: argument, actor: "root", requestedAt: .now())
  }

  /// Records events behind what the session has; the texts become assistant events.
  func record(_ texts: [String], to session: Session, after seq: Int64 = 0) async throws {
    try await record(texts.map { EventDraft(.assistant, $0) }, to: session, after: seq)
  }

  func record(_ drafts: [EventDraft], to session: Session, after seq: Int64 = 0) async throws {
    try await store.record([batch(drafts, of: session, after: seq)])
  }

  func batch(_ drafts: [EventDraft], of session: Session, after seq: Int64 = 0) -> RecordedBatch {
    var projection = SessionProjection()
    let events = drafts.enumerated().map { index, draft in
      Event(
        seq: seq + Int64(index) + 1, time: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(index) * 1_000_000),
        content: draft)
    }
    for event in events { projection.apply(event) }
    return RecordedBatch(session: session.id, events: events, projection: projection)
  }

  /// As the core does it behind the writers.
  func linkAll() async throws {
    while try await store.linkAudit(limit: 1000) > 0 {}
  }

  func indexAll() async throws {
    while try await store.indexEvents(limit: 1000) > 0 {}
  }
}

extension Operation {
  /// As somebody would write it who goes past the functions.
  static let forgery = """
    INSERT INTO paddock.operation (id, kind, team, team_id, session_id, actor, requested_at, outcome)
    SELECT $1, $2, t.name, t.id, $4, $5, now(), $6 FROM paddock.team t WHERE t.name = $3
    """

  var forged: [PostgresValue] {
    [
      .uuid(id), .text(kind.rawValue), .text(team), .optionalUUID(session?.text), .text(actor),
      .text(OperationRow.word(outcome)),
    ]
  }
}

/// The body must fail with this code.
func expectFailure<Value>(
  _ code: ControlFailure.Code, _ comment: String = "", at location: SourceLocation = #_sourceLocation,
  perform body: () async throws -> Value
) async {
  do {
    _ = try await body()
    Issue.record("No failure. \(comment)", sourceLocation: location)
  } catch {
    #expect((error as? ControlFailure)?.code == code, "\(error) \(comment)", sourceLocation: location)
  }
}
