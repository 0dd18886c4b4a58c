import CPostgres

extension PostgresConnection {
  /// Copies rows with `COPY table (columns) FROM STDIN (FORMAT binary)`; returns how many the server took. All or
  /// nothing. The rows are written where the caller runs; only their bytes travel to the connection's queue.
  @discardableResult
  package nonisolated func copyIn(
    _ sql: String, _ rows: (inout PostgresCopyWriter) -> Void
  ) async throws(PostgresError) -> Int {
    var writer = PostgresCopyWriter()
    rows(&writer)
    return try await copyIn(sql, writer)
  }

  /// Copies the rows that a writer holds.
  @discardableResult
  package func copyIn(_ sql: String, _ writer: PostgresCopyWriter) async throws(PostgresError) -> Int {
    if let failure = writer.fields.failure { throw failure }
    return try await operate { () async throws(PostgresError) in
      try await startCopy(sql)
      try await put(writer)
      return try await finishCopy()
    }
  }

  /// Copies a stream of rows: `next` is called again and again until it returns false, and adds to what the writer
  /// holds. The writer is emptied when it holds 128 KB or more, for which the call waits while the server is behind. When
  /// `next` throws, nothing of the copy stays.
  @discardableResult
  package nonisolated func copyIn(
    _ sql: String, streaming next: (inout PostgresCopyWriter) async throws -> Bool
  ) async throws -> Int {
    let id = try await begin()
    let result: Result<Int, any Error>
    do {
      result = .success(try await copyStream(id, sql, next))
    } catch {
      await abandonStatement(id)
      result = .failure(error)
    }
    await end()
    return try result.get()
  }

  private nonisolated func copyStream(
    _ id: UInt64, _ sql: String, _ next: (inout PostgresCopyWriter) async throws -> Bool
  ) async throws -> Int {
    try await cancellableStartCopy(id, sql)
    var writer = PostgresCopyWriter()
    while try await next(&writer) {
      if let failure = writer.fields.failure { throw failure }
      if writer.byteCount < copyChunk { continue }
      try await cancellablePut(id, writer)
      writer.removeRows()
    }
    if let failure = writer.fields.failure { throw failure }
    try await cancellablePut(id, writer)
    return try await cancellableFinishCopy(id)
  }

  private func cancellableStartCopy(_ id: UInt64, _ sql: String) async throws(PostgresError) {
    try await cancellable(id) { () async throws(PostgresError) in try await startCopy(sql) }
  }

  private func cancellablePut(_ id: UInt64, _ writer: PostgresCopyWriter) async throws(PostgresError) {
    try await cancellable(id) { () async throws(PostgresError) in try await put(writer) }
  }

  private func cancellableFinishCopy(_ id: UInt64) async throws(PostgresError) -> Int {
    try await cancellable(id) { () async throws(PostgresError) in try await finishCopy() }
  }
}

extension PostgresConnection {
  private func startCopy(_ sql: String) async throws(PostgresError) {
    try sent(PQsendQuery(try connected(), sql))
    guard let result = try await nextResult() else { throw lost() }
    guard result.status == PGRES_COPY_IN else { throw try await notCopy(result) }
    try await put(PostgresCopyWriter.header)
  }

  private func put(_ writer: PostgresCopyWriter) async throws(PostgresError) {
    try await put(writer.fields.bytes)
  }

  private func put(_ bytes: [UInt8]) async throws(PostgresError) {
    var start = 0
    while start < bytes.count {
      if operation?.isCancelled == true { throw try await cancelCopy() }
      let end = min(bytes.count, start + copyChunk)
      try await putChunk(bytes, start..<end)
      start = end
    }
  }

  private func putChunk(_ bytes: [UInt8], _ range: Range<Int>) async throws(PostgresError) {
    while true {
      let connection = try connected()
      let status = bytes.withUnsafeBytes { buffer in
        let chunk = buffer[range]
        return PQputCopyData(
          connection, UnsafeRawBufferPointer(rebasing: chunk).bindMemory(to: CChar.self).baseAddress,
          Int32(chunk.count))
      }
      if status == 1 { return try await flush() }
      guard status == 0 else { throw lost() }
      try await receive(alsoWriting: true)
    }
  }

  private func finishCopy() async throws(PostgresError) -> Int {
    try await put(PostgresCopyWriter.trailer)
    guard PQputCopyEnd(try connected(), nil) == 1 else { throw lost() }
    return try await results().last?.affectedRows ?? 0
  }

  private func cancelCopy() async throws(PostgresError) -> PostgresError {
    guard PQputCopyEnd(try connected(), "the copy was cancelled") == 1 else { throw lost() }
    do throws(PostgresError) { _ = try await results() } catch  where !error.isConnectionLoss {}
    return .cancelled
  }

  /// The error for a statement that did not start a copy, with the rest of its results read.
  func notCopy(_ result: PostgresResult) async throws(PostgresError) -> PostgresError {
    let failure: PostgresError =
      result.status == PGRES_FATAL_ERROR ? try serverFailure(result) : .misuse("It is not a COPY of this direction.")
    if result.status == PGRES_COPY_OUT { while try await copyData() != nil {} }
    if result.status == PGRES_COPY_IN { _ = PQputCopyEnd(try connected(), "the caller does not copy") }
    do throws(PostgresError) { _ = try await results() } catch  where !error.isConnectionLoss {}
    return failure
  }
}

/// Bytes that are handed to libpq in one go: large enough for few calls, small enough to stay in the cache.
private let copyChunk = 128 * 1024
