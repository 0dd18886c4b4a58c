import AgentRuntimes
import ControlCore
import ControlModel
import Logging
import PostgresClient
import PostgresTestSupport
import SessionHistory
import Testing

/// A migrated database with one team.
func withStore(_ body: (PostgresSessionStore, PostgresPool, ResourceName) async throws -> Void) async throws {
  try await withTemporaryDatabase { url in
    let pool = PostgresPool(PostgresConfiguration(url: url))
    let store = PostgresSessionStore(pool)
    do {
      try await store.migrate()
      // Roles belong to the whole server.
      let team = try ResourceName("t\(UInt32.random(in: 0...UInt32.max))")
      _ = try await store.createTeam(team, actor: "root", reason: nil)
      try await body(store, pool, team)
      try? await pool.script("DROP OWNED BY \"paddock_team_\(team)\"; DROP ROLE \"paddock_team_\(team)\"")
    } catch {
      await pool.close()
      throw error
    }
    await pool.close()
  }
}

/// A core at work while `body` runs; it has ended when this returns.
func withCore<Value>(
  _ store: PostgresSessionStore, _ engine: any SandboxEngine, edit: (inout CoreSettings) -> Void = { _ in },
  _ body: () async throws -> Value
) async throws -> Value {
  var settings = CoreSettings(holder: "test")
  settings.interval = 0.05
  edit(&settings)
  let core = ControlCore(
    store: store, engine: engine, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    transcriber: LogTranscript.init)
  let loop = Task { await core.run() }
  do {
    let value = try await body()
    loop.cancel()
    await loop.value
    return value
  } catch {
    loop.cancel()
    await loop.value
    throw error
  }
}

/// Waits until there is what is looked for; the test's own time limit ends what never comes to pass.
func wait<Value>(for look: () async throws -> Value?) async throws -> Value {
  while true {
    if let value = try await look() { return value }
    try await Task.sleep(for: .milliseconds(10))
  }
}

extension PostgresSessionStore {
  func listed(_ id: SessionID, where condition: (Session) -> Bool = { _ in true }) async throws -> Session {
    try await wait { try await sessions(of: nil).first { $0.id == id && condition($0) } }
  }

  /// As an operator who sees the session as it is given; the outcome.
  func ask(_ kind: Operation.Kind, of session: Session) async throws -> Operation.Outcome {
    let operation = Operation(
      id: .make(at: .now()), kind: kind, team: session.team, session: session.id, generation: session.generation,
      actor: "ann", reason: "a test", requestedAt: .now())
    try await submit(operation)
    return try await wait {
      let outcome = try await self.operation(operation.id).outcome
      return outcome == .pending ? nil : outcome
    }
  }
}
