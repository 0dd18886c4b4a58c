import CPostgres

extension PostgresConnection {
  /// BEGIN, the body, COMMIT; ROLLBACK when the body throws or the task is cancelled. The body is never run twice.
  package nonisolated func transaction<Value: Sendable>(
    _ body: (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await script("BEGIN")
    let value: Value
    do {
      value = try await body(self)
      if Task.isCancelled { throw PostgresError.cancelled }
    } catch {
      await rollBack()
      throw error
    }
    try await commit()
    return value
  }

  /// COMMIT is not cancelled with its task: the answer would be lost, not the change.
  private func commit() async throws(PostgresError) {
    let wasConnected = handle != nil
    do throws(PostgresError) {
      let command = try await simple("COMMIT", shielded: true)
      if command == "ROLLBACK" { throw .transactionAborted }
    } catch  where error.isConnectionLoss && wasConnected {
      throw .commitUnknown
    }
  }

  /// A connection that cannot roll back is of no use to anybody.
  private func rollBack() async {
    do throws(PostgresError) {
      try await simple("ROLLBACK", shielded: true)
    } catch {
      if handle != nil { _ = lost("a transaction could not be rolled back") }
    }
  }

  /// True between BEGIN and its end.
  var isInTransaction: Bool {
    guard let handle else { return false }
    return PQtransactionStatus(handle.pointer) != PQTRANS_IDLE
  }
}
