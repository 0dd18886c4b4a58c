package import ControlModel
import PostgresClient

extension PostgresSessionStore: ControlStore {
  package func acquireLease(holder: String) async throws(ControlFailure) -> Bool {
    do { return try await lease.acquire(holder) } catch { throw failure(error) }
  }

  package func releaseLease() async {
    await lease.release()
    await membership.resign()
  }

  package func leaseHolder() async throws(ControlFailure) -> String? {
    do { return try Self.holder(try await pool.query(Self.holders)) } catch { throw failure(error) }
  }

  /// One core that has not signed for its lease.
  package static let namelessHolder = "1 core"

  /// Within a transaction, whose connection may be the only one.
  func leaseHolder(_ connection: PostgresConnection) async throws -> String? {
    try Self.holder(try await connection.query(Self.holders))
  }

  private static func holder(_ rows: [PostgresRow]) throws -> String? {
    let cores = try rows.map { row -> String? in
      guard let holder = try row.optionalText("holder") else { return nil }
      // Its row is of an earlier core of the name until it has written its own.
      return SilentHolder.told(holder, seconds: Double(try row.int("silent")))
    }
    // One that is left over after the one that signed last has no name here.
    return cores.count == 1 ? cores[0] ?? namelessHolder : cores.isEmpty ? nil : "\(cores.count) cores"
  }

  /// Anybody may take the key; only cores are cores by it.
  private static let holders = """
    SELECT l.holder, coalesce(
        (SELECT extract(epoch FROM clock_timestamp() - s.written_at)::bigint FROM paddock.core_status s
          WHERE s.holder = l.holder AND s.written_at > l.acquired_at), 0) AS silent
    FROM pg_locks k JOIN pg_stat_activity a USING (pid)
    LEFT JOIN paddock.core_lease l ON l.backend_pid = k.pid
    WHERE k.locktype = 'advisory' AND k.granted AND (k.classid, k.objid) = (\(AdvisoryLock.lease)) AND k.objsubid = 2
      AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND \(CoreRights.are(of: "a.usesysid"))
    """

  package func join(holder: String) async throws(ControlFailure) -> Int? {
    do { return try await membership.join(holder) } catch { throw failure(error) }
  }

  package func claims(under term: Int, settledFor seconds: Double) async throws(ControlFailure) -> SessionClaims? {
    do { return try await membership.claims(under: term, settledFor: seconds) } catch { throw failure(error) }
  }

  package func release(_ slots: Set<Int>, under term: Int) async { await membership.release(slots, under: term) }

  package func endSilentCores(after seconds: Double) async throws(ControlFailure) -> Int {
    Set(try await query(SilentCores.end, [.float8(seconds)]) { try $0.int("pid") }).count
  }

  package func managedSessions() async throws(ControlFailure) -> [ManagedSession] {
    try await list(
      .session, "\(Self.managed) WHERE \(SessionFilter.isManaged) ORDER BY s.id", [], readManaged)
  }

  package func managedSession(_ id: SessionID) async throws(ControlFailure) -> ManagedSession? {
    try await find(
      .session, "\(Self.managed) WHERE \(SessionFilter.isManaged) AND s.id = $1", [.uuid(id)], readManaged)
  }

  package func pendingOperations() async throws(ControlFailure) -> [Operation] {
    try await list(
      .operation,
      "SELECT \(OperationRow.columns) FROM paddock.operation WHERE outcome = 'pending' ORDER BY number", [],
      OperationRow.read)
  }

  package func complete(
    _ operation: OperationID, _ outcome: Operation.Outcome
  ) async throws(ControlFailure) {
    guard outcome != .pending else {
      throw ControlFailure(.invalidArgument, "The operation \(operation) cannot be completed as pending.")
    }
    let completed = try await query(
      """
      WITH completed AS (
        UPDATE paddock.operation SET outcome = $2, failure = $3, completed_at = now()
        WHERE id = $1 AND outcome = 'pending' RETURNING session_id, team
      )
      SELECT CASE WHEN session_id IS NULL THEN paddock.tell_intents(team)
        ELSE paddock.tell_sessions(ARRAY[session_id]) END IS NULL AS sent FROM completed
      """,
      [
        .uuid(operation), .text(OperationRow.word(outcome)),
        .free(OperationRow.failure(outcome)?.storable(within: 8_192)),
      ])
    // Nothing to do is success when it was completed before: the answer to the first time may have been lost.
    if completed.isEmpty { _ = try await self.operation(operation) }
  }

  package func linkAudit(limit: Int) async throws(ControlFailure) -> Int {
    Int(
      try await query("SELECT paddock.link_audit($1) AS linked", [.int8(Int64(max(0, limit)))]) {
        try $0.int("linked")
      }.first ?? 0)
  }

  package func setDesired(
    _ desired: DesiredState, of session: SessionID, expectedGeneration: Int, newGeneration: Bool
  ) async throws(ControlFailure) {
    guard !newGeneration || expectedGeneration < Generation.last else {
      throw ControlFailure(
        .refused, "The session \(session) has been started \(Generation.last) times, and cannot be started once more.",
        hint: "Start a new session of its agent.")
    }
    let changed = try await query(
      """
      WITH changed AS (
        UPDATE paddock.session SET desired = $2, generation = generation + $4
        WHERE id = $1 AND least(generation, \(Generation.last)) = $3 AND purged_at IS NULL RETURNING id, team
      )
      SELECT paddock.tell_intents(team) IS NULL AS sent, paddock.tell_sessions(ARRAY[id]) IS NULL AS told FROM changed
      """,
      [
        .uuid(session), .text(desired.rawValue), .int4(Int32(expectedGeneration)), .int4(newGeneration ? 1 : 0),
      ])
    guard changed.isEmpty else { return }
    let current = try await self.session(session)
    throw ControlFailure(
      .conflict, "The session \(session) is at generation \(current.generation), not \(expectedGeneration).")
  }

  package func setState(
    _ state: SessionState, reason: String, of session: SessionID
  ) async throws(ControlFailure) {
    try await execute(
      """
      WITH changed AS (
        UPDATE paddock.session
        SET state = $2, state_reason = $3, state_since = CASE WHEN state = $2 THEN state_since ELSE now() END
        WHERE id = $1 AND (state, state_reason) IS DISTINCT FROM ($2, $3) RETURNING id
      )
      SELECT paddock.tell_sessions(ARRAY[id]) FROM changed
      """, [.uuid(session), .text(state.rawValue), .text(reason.storable(within: 8_192))])
  }

  /// Keeps the session's row with its totals, and its operations without what was said in them.
  package func purge(_ session: SessionID) async throws(ControlFailure) {
    try await transaction(in: lanes.upkeep) { connection in
      // The indexer must not add words of events that are just going away.
      try await connection.execute("SELECT pg_advisory_xact_lock(\(AdvisoryLock.search))")
      let changed = try await connection.execute(
        """
        UPDATE paddock.session
        SET desired = 'purged', purged_at = coalesce(purged_at, now()), now = '', title = '', projection = '{}'
        WHERE id = $1
        """, [.uuid(session)])
      guard changed > 0 else { throw missingSession(session) }
      try await connection.execute("SELECT paddock.remove_arguments($1)", [.uuid(session)])
      for table in ["event", "event_search", "search_cursor", "imported_record", "sandbox_report"] {
        try await connection.execute("DELETE FROM paddock.\(table) WHERE session_id = $1", [.uuid(session)])
      }
      try await connection.execute("SELECT paddock.tell_sessions(ARRAY[$1::uuid])", [.uuid(session)])
    }
  }

  private static let managed = """
    SELECT \(SessionRow.columns), s.projection, \(SessionRow.agentColumns)
    FROM paddock.session s LEFT JOIN paddock.agent a ON a.team = s.team AND a.name = s.agent
    """

  private func readManaged(_ row: PostgresRow) throws -> ManagedSession {
    let session = try SessionRow.read(row)
    let projection = SessionProjection(json: try row.object("projection"))
    guard (0...Self.highestSeq).contains(projection.lastSeq) else {
      throw ControlFailure(.malformed, "Its history is said to end at event \(projection.lastSeq), which cannot be.")
    }
    return ManagedSession(session: session, agent: try readAgent(of: session, row), projection: projection)
  }

  /// Far beyond any history, and far from where counting on would fail.
  private static let highestSeq: Int64 = 1 << 53

  /// An imported session's agent need not be declared here, and a declaration may be one that cannot be read. What there
  /// is can be recorded and ended all the same; of revision 0 no sandbox is made.
  private func readAgent(of session: Session, _ row: PostgresRow) throws -> Agent {
    var none = Agent(
      team: session.team, name: session.agent, spec: AgentSpec(runtime: session.runtime), revision: 0,
      createdAt: session.createdAt, updatedAt: session.createdAt)
    guard try row.optionalText("agent_name") != nil else { return none }
    do { return try SessionRow.readAgent(row) } catch {
      let unreadable = Relation.agent.unreadable(row, error)
      UnreadableRows.note(unreadable)
      none.unreadable = unreadable.reason
      return none
    }
  }
}
