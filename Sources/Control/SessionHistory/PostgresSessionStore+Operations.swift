package import ControlModel
import PostgresClient

extension PostgresSessionStore: OperationStore {
  package func startSession(_ request: StartRequest) async throws(ControlFailure) -> Session {
    try await transaction { connection in
      let started = try await connection.execute(
        """
        INSERT INTO paddock.session
          (id, team, team_id, agent, runtime, title, desired, generation, state, state_since, created_at)
        SELECT $1, t.name, t.id, a.name, a.runtime, $2, 'running', 1, 'starting', now(), now()
        FROM paddock.agent a JOIN paddock.team t ON t.name = a.team
        WHERE a.team = $3 AND a.name = $4 AND a.deleted_at IS NULL
          AND NOT EXISTS (SELECT FROM paddock.operation WHERE id = $5)
        """,
        [.uuid(request.id), .free(request.title), .text(request.team), .text(request.agent), .uuid(request.operation)])
      if started > 0 {
        try await insert(startOperation(request), connection)
      } else if try await recorded(request.operation, connection) == nil {
        throw ControlFailure(
          .notFound, "The team '\(request.team)' has no agent '\(request.agent)'.",
          hint: "Declare it with `paddock agent apply`.")
      }
      let rows = try await connection.query(
        "SELECT \(SessionRow.columns) FROM paddock.session s WHERE id = $1", [.uuid(request.id)])
      guard let row = rows.first else { throw missingSession(request.id) }
      return try SessionRow.read(row)
    }
  }

  package func submit(_ operation: Operation) async throws(ControlFailure) {
    let refusal = try await transaction { connection -> ControlFailure? in
      // Asked again because the answer to the first time was lost.
      if let earlier = try await recorded(operation.id, connection) { return recordedRefusal(earlier) }
      let refusal = try await self.refusal(of: operation, connection)
      try await insert(operation, connection)
      if let refusal {
        try await connection.execute(
          "SELECT paddock.refuse_operation($1, $2)", [.uuid(operation.id), .free(refusal.summary)])
      }
      return refusal
    }
    if let refusal { throw refusal }
  }

  package func operation(_ id: OperationID) async throws(ControlFailure) -> Operation {
    let found = try await find(
      .operation, "SELECT \(OperationRow.columns) FROM paddock.operation WHERE id = $1", [.uuid(id)], OperationRow.read)
    guard let operation = found else { throw ControlFailure(.notFound, "There is no operation \(id).") }
    return operation
  }

  package func operations(
    of session: SessionID?, team: ResourceName?, limit: Int
  ) async throws(ControlFailure) -> [Operation] {
    try await list(
      .operation,
      """
      SELECT \(OperationRow.columns) FROM paddock.operation
      WHERE ($1::uuid IS NULL OR session_id = $1) AND ($2::text IS NULL OR team = $2)
      ORDER BY number DESC LIMIT $3
      """, [.optionalUUID(session?.text), .optionalText(team?.text), .int8(Int64(max(0, limit)))], OperationRow.read)
  }

  func insert(_ operation: Operation, _ connection: PostgresConnection) async throws {
    try await connection.execute(OperationRow.insert, OperationRow.parameters(operation))
    try await connection.execute("SELECT pg_notify('\(StoreChannel.intents)', '')")
  }

  private func recorded(_ id: OperationID, _ connection: PostgresConnection) async throws -> Operation? {
    try await connection.query(
      "SELECT \(OperationRow.columns) FROM paddock.operation WHERE id = $1", [.uuid(id)]
    ).first.map(OperationRow.read)
  }

  private func recordedRefusal(_ operation: Operation) -> ControlFailure? {
    guard case .failed(let why) = operation.outcome else { return nil }
    return ControlFailure(.refused, why)
  }

  /// Whether the session's state allows it. The core looks again, under the session's lock, when it carries it out.
  private func refusal(of operation: Operation, _ connection: PostgresConnection) async throws -> ControlFailure? {
    guard let id = operation.session, operation.kind.isForSession else {
      throw ControlFailure(.invalidArgument, "'\(operation.kind.rawValue)' is not an operation on a session.")
    }
    let rows = try await connection.query(
      "SELECT \(SessionRow.columns), s.projection FROM paddock.session s WHERE id = $1 AND team = $2",
      [.uuid(id), .text(operation.team)])
    guard let row = rows.first else { throw missingSession(id) }
    let projection = SessionProjection(json: try row.object("projection"))
    return OperationRules.refusal(
      of: operation, on: try SessionRow.read(row), with: projection)
  }

  private func startOperation(_ request: StartRequest) -> Operation {
    Operation(
      id: request.operation, kind: .start, team: request.team, session: request.id, subject: request.agent.text,
      generation: 1, argument: request.message, actor: request.actor, reason: request.reason, requestedAt: .now())
  }
}
