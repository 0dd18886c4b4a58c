import CPostgres

extension PostgresConnection {
  /// The raw rows of `COPY … TO STDOUT`, pulled by the reader: the server waits for a slow one. Ends the copy when the
  /// stream is dropped before its end.
  package nonisolated func copyOut(_ sql: String) -> AsyncThrowingStream<[UInt8], any Error> {
    let reader = CopyReader(self, sql)
    return AsyncThrowingStream { try await reader.next() }
  }

  func startCopyOut(_ sql: String) async throws(PostgresError) -> UInt64 {
    let id = try await begin()
    do throws(PostgresError) {
      try await cancellable(id) { () async throws(PostgresError) in
        try sent(PQsendQuery(try connected(), sql))
        guard let result = try await nextResult() else { throw lost() }
        guard result.status == PGRES_COPY_OUT else { throw try await notCopy(result) }
      }
    } catch {
      await end()
      throw error
    }
    return id
  }

  /// nil at the end, when the connection is free again, as it is after an error.
  func nextCopied(_ id: UInt64) async throws(PostgresError) -> [UInt8]? {
    do throws(PostgresError) {
      let data = try await cancellable(id) { () async throws(PostgresError) -> [UInt8]? in
        if let data = try await copyData() { return data }
        _ = try await results()
        return nil
      }
      if data == nil { await end() }
      return data
    } catch {
      await abandonStatement(id)
      await end()
      throw error
    }
  }

  func endCopyOut(_ id: UInt64) async {
    await abandonStatement(id)
    await end()
  }

  /// One row; nil when the server has sent all of them or an error, which the results then tell.
  func copyData() async throws(PostgresError) -> [UInt8]? {
    while true {
      var data: UnsafeMutablePointer<CChar>?
      let count = PQgetCopyData(try connected(), &data, 1)
      if count > 0 {
        defer { PQfreemem(data) }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(count)))
      }
      guard count == 0 else { return nil }
      try await receive()
    }
  }
}

/// The reader's end of a copy; it owns the connection until the last row or until nobody can ask for one any more.
private actor CopyReader {
  private enum State {
    case idle
    case copying(UInt64)
    case ended
  }

  private let connection: PostgresConnection
  private let sql: String
  private var state = State.idle

  init(_ connection: PostgresConnection, _ sql: String) {
    self.connection = connection
    self.sql = sql
  }

  deinit {
    guard case .copying(let id) = state else { return }
    Task { [connection] in await connection.endCopyOut(id) }
  }

  func next() async throws(PostgresError) -> [UInt8]? {
    if case .ended = state { return nil }
    let id: UInt64
    do throws(PostgresError) {
      if case .copying(let started) = state {
        id = started
      } else {
        id = try await connection.startCopyOut(sql)
        state = .copying(id)
      }
      let data = try await connection.nextCopied(id)
      if data == nil { state = .ended }
      return data
    } catch {
      state = .ended
      throw error
    }
  }
}
