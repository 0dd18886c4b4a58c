import CPostgres

extension PostgresConnection {
  package func query(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) async throws(PostgresError) -> [PostgresRow] {
    try await operate { () async throws(PostgresError) in try await run(sql, parameters).rows }
  }

  /// The number of rows that the statement touched.
  @discardableResult
  package func execute(
    _ sql: String, _ parameters: [PostgresValue] = []
  ) async throws(PostgresError) -> Int {
    try await operate { () async throws(PostgresError) in try await run(sql, parameters).affectedRows }
  }

  /// Several statements at once, without parameters, as one transaction unless they say otherwise.
  package func script(_ sql: String) async throws(PostgresError) {
    try await simple(sql, shielded: false)
  }

  /// The command tag of the last statement.
  @discardableResult
  func simple(_ sql: String, shielded: Bool) async throws(PostgresError) -> String {
    try await operate(shielded: shielded) { () async throws(PostgresError) in
      try sent(PQsendQuery(try connected(), sql))
      return try await results().last?.command ?? ""
    }
  }

  /// Runs one prepared statement. The server may refuse a statement that was prepared before the schema changed
  /// (0A000), or may have been told to forget it (26000): outside a transaction it is prepared again.
  private func run(_ sql: String, _ parameters: [PostgresValue]) async throws(PostgresError) -> PostgresResult {
    let key = StatementCache.Key(sql: sql, types: parameters.map(\.typeID))
    let wasPrepared = statements.name(of: key) != nil
    let isIdle = PQtransactionStatus(try connected()) == PQTRANS_IDLE
    do throws(PostgresError) {
      return try await runOnce(key, parameters)
    } catch {
      guard wasPrepared, error.sqlstate == "0A000" || error.sqlstate == "26000" else { throw error }
      try await forget(key)
      guard isIdle else { throw error }
      return try await runOnce(key, parameters)
    }
  }

  private func runOnce(
    _ key: StatementCache.Key, _ parameters: [PostgresValue]
  ) async throws(PostgresError) -> PostgresResult {
    try await send(key, parameters)
    guard let result = try await results().last else { throw lost() }
    return result
  }

  /// Prepares the statement where needed and sends it off.
  func send(_ key: StatementCache.Key, _ parameters: [PostgresValue]) async throws(PostgresError) {
    var fields = BinaryFields()
    var offsets: [Int] = []
    for parameter in parameters {
      offsets.append(fields.bytes.count)
      parameter.encodeField(into: &fields)
    }
    if let failure = fields.failure { throw failure }
    let name = try await prepared(key)
    // A request that came while the statement was being prepared does not stop it from running.
    if operation?.isCancelled == true { throw .cancelled }
    let connection = try connected()
    try sent(
      withParameters(fields.bytes, offsets) { values, lengths, formats in
        PQsendQueryPrepared(connection, name, Int32(offsets.count), values, lengths, formats, 1)
      })
  }

  private func prepared(_ key: StatementCache.Key) async throws(PostgresError) -> String {
    if let name = statements.name(of: key) { return name }
    let name = statements.newName()
    try sent(PQsendPrepare(try connected(), name, key.sql, Int32(key.types.count), key.types))
    _ = try await results()
    if let evicted = statements.insert(key, name: name) {
      // Fails in a failed transaction only, where the statement above has failed before.
      try sent(PQsendQuery(try connected(), "DEALLOCATE \(evicted)"))
      _ = try await results()
    }
    return name
  }

  private func forget(_ key: StatementCache.Key) async throws(PostgresError) {
    guard let name = statements.name(of: key) else { return }
    statements.remove(key)
    guard PQtransactionStatus(try connected()) == PQTRANS_IDLE else { return }
    try sent(PQsendQuery(try connected(), "DEALLOCATE \(name)"))
    do throws(PostgresError) { _ = try await results() } catch  where error.sqlstate == "26000" {}
  }

  func sent(_ status: Int32) throws(PostgresError) {
    if status != 1 { throw PQstatus(try connected()) == CONNECTION_BAD ? lost() : .misuse(handle?.message ?? "") }
  }
}

/// Pointers to the values of a buffer of length-prefixed fields, as libpq wants them.
private func withParameters(
  _ bytes: [UInt8], _ offsets: [Int],
  _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Int32
) -> Int32 {
  bytes.withUnsafeBytes { buffer in
    let lengths = offsets.map { Int32(bigEndian: buffer.loadUnaligned(fromByteOffset: $0, as: Int32.self)) }
    let characters = buffer.bindMemory(to: CChar.self)
    let values = zip(offsets, lengths).map { offset, length in
      length < 0 ? nil : characters.baseAddress.map { $0 + offset + 4 }
    }
    let formats = [Int32](repeating: 1, count: offsets.count)
    return values.withUnsafeBufferPointer { values in
      body(values.baseAddress, lengths, formats)
    }
  }
}
