import CPostgres

extension PostgresConnection {
  /// All results up to the end of the statement, and the first error among them thrown.
  func results() async throws(PostgresError) -> [PostgresResult] {
    var results: [PostgresResult] = []
    var failure: PostgresError?
    while let result = try await nextResult() {
      switch result.status {
      case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE: if failure == nil { failure = try serverFailure(result) }
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        failure = failure ?? .misuse("COPY belongs to copyIn and copyOut.")
        try await abandonCopy(result.status)
      default: results.append(result)
      }
    }
    if let failure { throw failure }
    return results
  }

  /// nil at the end of the statement.
  func nextResult() async throws(PostgresError) -> PostgresResult? {
    try await flush()
    while PQisBusy(try connected()) == 1 { try await receive() }
    return PQgetResult(try connected()).map { PostgresResult($0) }
  }

  /// What an error result means: libpq also reports a lost connection in this way.
  func serverFailure(_ result: PostgresResult) throws(PostgresError) -> PostgresError {
    let error = result.serverError
    if PQstatus(try connected()) == CONNECTION_BAD { throw lost(error.message) }
    guard error.sqlstate == "57014" else { return .server(error) }
    if operation?.isCancelled == true { return .cancelled }
    // The server has one code for whoever stopped a statement; its own time-out is over when ours is.
    let isDue = configuration.statementTimeout.map { timeout in
      operation.map { ContinuousClock.now - $0.began >= .seconds(timeout) } ?? false
    }
    return isDue == true ? .timedOut : .server(error)
  }

  private func abandonCopy(_ status: ExecStatusType) async throws(PostgresError) {
    if status == PGRES_COPY_OUT {
      while try await copyData() != nil {}
    } else {
      guard PQputCopyEnd(try connected(), "the caller does not copy") == 1 else { throw lost() }
    }
  }
}
