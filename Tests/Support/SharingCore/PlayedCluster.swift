import ControlModel
import PostgresClient

/// Sandboxes as rows, with the preconditions of a cluster: one object for each session, changed and deleted by its uid
/// alone. `cluster.act` has what each core was told to do and when, `cluster.made` each object that ever was.
struct PlayedCluster: SandboxEngine {
  private let pool: PostgresPool
  private let core: String

  let name = "played"
  let readsVolumes = true
  let isShared = true

  init(_ pool: PostgresPool, core: String) {
    self.pool = pool
    self.core = core
  }

  func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }

  func sandboxes() async throws(ControlFailure) -> [Sandbox] {
    var found: [Sandbox] = []
    for row in try await rows("SELECT * FROM cluster.sandbox") { found.append(try sandbox(row)) }
    return found
  }

  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox {
    let parameters: [PostgresValue] = [
      .uuid(request.session.text), .int4(Int32(request.generation)), .text(request.agent.team.text),
    ]
    try await act("create", on: request.session) { () throws(ControlFailure) in
      _ = try await rows(
        """
        WITH made AS (
          INSERT INTO cluster.sandbox (session, generation, team) VALUES ($1, $2, $3)
          ON CONFLICT (session) DO NOTHING RETURNING session, generation
        )
        INSERT INTO cluster.made SELECT * FROM made
        """, parameters)
    }
    let found = try await rows("SELECT * FROM cluster.sandbox WHERE session = $1", [parameters[0]])
    guard let row = found.first else { throw ControlFailure(.conflict, "It was deleted meanwhile.") }
    let sandbox = try sandbox(row)
    if sandbox.generation == request.generation { return sandbox }
    throw ControlFailure(.conflict, "The session has a sandbox of the generation \(sandbox.generation).")
  }

  func suspend(_ reference: SandboxReference) async throws(ControlFailure) { try await change(reference, "suspended") }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) { try await change(reference, "running") }

  func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    guard let session = SessionID(reference.name) else { return }
    try await act("delete", on: session) { () throws(ControlFailure) in
      _ = try await rows("DELETE FROM cluster.sandbox WHERE uid = $1", [.uuid(reference.uid)])
    }
  }

  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {}
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }

  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    let found = try await rows("SELECT * FROM cluster.sandbox WHERE uid = $1", [.uuid(reference.uid)])
    guard let row = found.first else { throw ControlFailure(.notFound, "There is no such sandbox.") }
    let sandbox = try sandbox(row)
    guard let session = sandbox.session else { throw ControlFailure(.internalError, "It has no session.") }
    return PlayedRunner(session: session, generation: sandbox.generation)
  }

  private func change(_ reference: SandboxReference, _ mode: String) async throws(ControlFailure) {
    guard let session = SessionID(reference.name) else { return }
    try await act(mode, on: session) { () throws(ControlFailure) in
      let changed = try await rows(
        "UPDATE cluster.sandbox SET mode = $2 WHERE uid = $1 RETURNING uid", [.uuid(reference.uid), .text(mode)])
      if changed.isEmpty { throw ControlFailure(.conflict, "The sandbox is another.") }
    }
  }

  /// In a task of its own: what a cluster was asked, it does.
  private func act(
    _ kind: String, on session: SessionID, _ body: @escaping @Sendable () async throws(ControlFailure) -> Void
  ) async throws(ControlFailure) {
    let begin = Timestamp.now()
    let result = await Task { () -> Result<Void, ControlFailure> in
      // Long enough for another core, or a signal, to come in between.
      try? await Task.sleep(for: .milliseconds(20))
      do throws(ControlFailure) {
        try await body()
        try await note(kind, session, begin)
        return .success(())
      } catch { return .failure(error) }
    }.value
    try result.get()
  }

  private func note(_ kind: String, _ session: SessionID, _ begin: Timestamp) async throws(ControlFailure) {
    _ = try await rows(
      "INSERT INTO cluster.act VALUES ($1, $2, $3, $4, $5)",
      [
        .text(core), .uuid(session.text), .text(kind), .timestamptz(microseconds: begin.microseconds),
        .timestamptz(microseconds: Timestamp.now().microseconds),
      ])
  }

  private func rows(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) async throws(ControlFailure) -> [PostgresRow] {
    do { return try await pool.query(sql, parameters) } catch {
      throw ControlFailure(.unavailable, "The cluster does not answer: \(error)")
    }
  }

  private func sandbox(_ row: PostgresRow) throws(ControlFailure) -> Sandbox {
    do {
      let session = try row.uuid("session")
      guard let id = SessionID(session) else { throw ControlFailure(.malformed, "\(session) is no session.") }
      return Sandbox(
        reference: SandboxReference(
          team: try ResourceName(try row.text("team")), name: session, uid: try row.uuid("uid")),
        session: id, generation: Int(try row.int("generation")),
        operatingMode: try row.text("mode") == "running" ? .running : .suspended,
        conditions: [.init(type: "Ready", isTrue: true, reason: "", message: "", since: .now())], node: "here",
        createdAt: .now())
    } catch { throw (error as? ControlFailure) ?? ControlFailure(.malformed, "\(error)") }
  }
}
