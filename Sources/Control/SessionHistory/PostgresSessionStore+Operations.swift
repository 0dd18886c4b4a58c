package import ControlModel
import PostgresClient

extension PostgresSessionStore: OperationStore {
  package func startSession(_ request: StartRequest) async throws(ControlFailure) -> Session {
    try await transaction { connection in
      let started = try await connection.query(
        "SELECT paddock.start_session($1, $2, $3, $4, $5, $6, $7, $8) AS id",
        [
          .uuid(request.id), .uuid(request.operation), .text(request.team), .text(request.agent), .free(request.title),
          .free(request.message), .free(request.actor), .free(request.reason),
        ])
      guard let id = try started.first?.sessionID("id") else { throw missingSession(request.id) }
      let rows = try await connection.query(
        "SELECT \(SessionRow.columns) FROM paddock.session s WHERE id = $1", [.uuid(id)])
      guard let row = rows.first else { throw missingSession(id) }
      return try SessionRow.read(row)
    }
  }

  package func submit(_ operation: Operation) async throws(ControlFailure) {
    let refusal = try await transaction { connection -> ControlFailure? in
      // Asked again because the answer to the first time was lost.
      if let earlier = try await recorded(operation.id, connection) { return recordedRefusal(earlier) }
      let refusal = try await self.refusal(of: operation, connection)
      try await connection.execute(
        "SELECT paddock.submit_operation($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        [
          .uuid(operation.id), .text(operation.kind.rawValue), .text(operation.team),
          .optionalUUID(operation.session?.text), .optionalInt4(operation.generation.map(Int32.init(clamping:))),
          .free(operation.argument), .free(operation.actor), .free(operation.reason), .free(refusal?.summary),
        ])
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
      ORDER BY requested_at DESC, id DESC LIMIT $3
      """, [.optionalUUID(session?.text), .optionalText(team?.text), .int8(Int64(max(0, limit)))], OperationRow.read)
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
    return SessionRule.failure(of: operation, on: try SessionRow.read(row), with: projection)
  }
}
