import CPostgres

extension PostgresConnection {
  /// Hands the rows on one after the other as they arrive, so that a result of any size needs the memory of one row.
  /// When the body throws, the statement is cancelled on the server.
  package nonisolated func forEachRow(
    _ sql: String, _ parameters: [PostgresValue] = [], _ body: (PostgresRow) async throws -> Void
  ) async throws {
    let id = try await begin()
    let result: Result<Void, any Error>
    do {
      try await startStream(id, sql, parameters)
      while let rows = try await nextStreamed(id) {
        for row in rows { try await body(row) }
      }
      result = .success(())
    } catch {
      await abandonStatement(id)
      result = .failure(error)
    }
    await end()
    try result.get()
  }

  private func startStream(_ id: UInt64, _ sql: String, _ parameters: [PostgresValue]) async throws(PostgresError) {
    try await cancellable(id) { () async throws(PostgresError) in
      try await send(StatementCache.Key(sql: sql, types: parameters.map(\.typeID)), parameters)
      _ = PQsetSingleRowMode(try connected())
    }
  }

  private func nextStreamed(_ id: UInt64) async throws(PostgresError) -> [PostgresRow]? {
    try await cancellable(id) { () async throws(PostgresError) in
      guard let result = try await nextResult() else { return nil }
      if result.status == PGRES_FATAL_ERROR { throw try serverFailure(result) }
      return result.rows
    }
  }

  /// Cancels what still runs and reads to its end, so that the connection can be used again.
  func abandonStatement(_ id: UInt64) async {
    guard let handle, PQtransactionStatus(handle.pointer) == PQTRANS_ACTIVE else { return }
    requestCancel(id)
    do throws(PostgresError) {
      while let result = try await nextResult() {
        if result.status == PGRES_COPY_OUT { while try await copyData() != nil {} }
        if result.status == PGRES_COPY_IN { _ = PQputCopyEnd(try connected(), "the copy was given up") }
      }
    } catch {
      // Only a lost connection ends up here, and the next operation will say so.
    }
  }
}
