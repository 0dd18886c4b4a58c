import CPostgres

/// A result of libpq, freed with its last row. libpq never changes a result that it has handed out, so rows may be read
/// on any thread; the pointer is written once, here.
final class PostgresResult: Sendable {
  // Only ever read, as said above.
  nonisolated(unsafe) let pointer: OpaquePointer
  let rowCount: Int
  let columns: [String: Int]
  let types: [UInt32]

  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    rowCount = Int(PQntuples(pointer))
    let width = PQnfields(pointer)
    types = (0..<width).map { PQftype(pointer, $0) }
    var columns: [String: Int] = [:]
    for position in 0..<width {
      // The columns of a COPY have no names.
      guard let name = PQfname(pointer, position).map({ String(cString: $0) }), columns[name] == nil else { continue }
      columns[name] = Int(position)
    }
    self.columns = columns
  }

  deinit {
    PQclear(pointer)
  }

  var status: ExecStatusType { PQresultStatus(pointer) }

  /// Rows that INSERT, UPDATE, DELETE, MERGE, COPY and others touched; 0 for the rest.
  var affectedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

  /// What the server says it did: `COMMIT`, `ROLLBACK`, `SELECT 3`.
  var command: String { String(cString: PQcmdStatus(pointer)) }

  var rows: [PostgresRow] { (0..<rowCount).map { PostgresRow(result: self, index: $0) } }

  /// nil for NULL; the bytes live as long as the result.
  func cell(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
    let (row, column) = (Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: column))
    guard PQgetisnull(pointer, row, column) == 0 else { return nil }
    return UnsafeRawBufferPointer(
      start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
  }

  var serverError: PostgresServerError {
    PostgresServerError(
      sqlstate: field("C") ?? "XX000",
      message: field("M") ?? text(PQresultErrorMessage(pointer)),
      detail: field("D"), hint: field("H"), constraint: field("n"), table: field("t"))
  }

  /// Field codes: https://www.postgresql.org/docs/15/protocol-error-fields.html
  private func field(_ code: Unicode.Scalar) -> String? {
    PQresultErrorField(pointer, Int32(code.value)).map { String(cString: $0) }
  }
}
