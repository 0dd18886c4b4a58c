/// One row of a result, read by column name. A column that is missing, NULL where a value is asked for, or of another
/// type is a `decoding` error that says so.
package struct PostgresRow: Sendable {
  let result: PostgresResult
  let index: Int

  package var count: Int { result.types.count }

  package func int(_ column: String) throws(PostgresError) -> Int64 {
    try required(column, "a whole number", try optionalInt(column))
  }
  package func optionalInt(_ column: String) throws(PostgresError) -> Int64? {
    try value(column, "a whole number") { $0.integer }
  }

  package func text(_ column: String) throws(PostgresError) -> String {
    try required(column, "text", try optionalText(column))
  }
  /// Text, JSON, UUID, numeric and enumerations.
  package func optionalText(_ column: String) throws(PostgresError) -> String? {
    try value(column, "text") { $0.string }
  }

  package func bool(_ column: String) throws(PostgresError) -> Bool {
    try required(column, "a boolean", try optionalBool(column))
  }
  package func optionalBool(_ column: String) throws(PostgresError) -> Bool? {
    try value(column, "a boolean") { $0.boolean }
  }

  package func double(_ column: String) throws(PostgresError) -> Double {
    try required(column, "a number", try optionalDouble(column))
  }
  package func optionalDouble(_ column: String) throws(PostgresError) -> Double? {
    try value(column, "a number") { $0.double }
  }

  package func bytes(_ column: String) throws(PostgresError) -> [UInt8] {
    try required(column, "bytes", try optionalBytes(column))
  }
  package func optionalBytes(_ column: String) throws(PostgresError) -> [UInt8]? {
    try value(column, "bytes") { $0.type == TypeID.bytea ? Array($0.bytes) : nil }
  }

  package func uuid(_ column: String) throws(PostgresError) -> String {
    try required(column, "a UUID", try optionalUUID(column))
  }
  /// Lower case, with hyphens.
  package func optionalUUID(_ column: String) throws(PostgresError) -> String? {
    try value(column, "a UUID") { $0.uuid }
  }

  package func timestamp(_ column: String) throws(PostgresError) -> Int64 {
    try required(column, "a moment", try optionalTimestamp(column))
  }
  /// Microseconds since 1970; a `timestamp` without zone is taken as UTC, a `date` as its midnight.
  package func optionalTimestamp(_ column: String) throws(PostgresError) -> Int64? {
    try value(column, "a moment") { $0.microseconds }
  }
}

extension PostgresRow {
  package func textArray(_ column: String) throws(PostgresError) -> [String] {
    try required(column, "an array of text", try array(column, "an array of text") { $0.string })
  }
  package func optionalTextArray(_ column: String) throws(PostgresError) -> [String?] {
    let found = try value(column, "an array of text") { cell -> [String?]? in
      guard isArray(cell.type), let elements = cell.elements else { return nil }
      var texts: [String?] = []
      for element in elements {
        guard let element else {
          texts.append(nil)
          continue
        }
        guard let text = element.string else { return nil }
        texts.append(text)
      }
      return texts
    }
    return try required(column, "an array of text", found)
  }
  package func intArray(_ column: String) throws(PostgresError) -> [Int64] {
    try required(column, "an array of whole numbers", try array(column, "an array of whole numbers") { $0.integer })
  }
  package func uuidArray(_ column: String) throws(PostgresError) -> [String] {
    try required(column, "an array of UUIDs", try array(column, "an array of UUIDs") { $0.uuid })
  }
  package func timestampArray(_ column: String) throws(PostgresError) -> [Int64] {
    try required(column, "an array of moments", try array(column, "an array of moments") { $0.microseconds })
  }

  private func array<Element>(
    _ column: String, _ expected: String, _ each: (BinaryCell) -> Element?
  ) throws(PostgresError) -> [Element]? {
    try value(column, expected) { cell -> [Element]? in
      guard isArray(cell.type), let elements = cell.elements else { return nil }
      let values = elements.compactMap { $0.flatMap(each) }
      return values.count == elements.count ? values : nil
    }
  }
}

extension PostgresRow {
  /// The value at a position, for callers that do not know the columns: nil past the last one, `.bytea` with the bare
  /// bytes for types that this client does not know.
  package subscript(position: Int) -> PostgresValue? {
    guard result.types.indices.contains(position) else { return nil }
    guard let bytes = result.cell(index, position) else { return .null }
    return withExtendedLifetime(result) {
      PostgresValue(BinaryCell(type: result.types[position], bytes: bytes))
    }
  }

  private func value<Value>(
    _ column: String, _ expected: String, _ read: (BinaryCell) -> Value?
  ) throws(PostgresError) -> Value? {
    guard let position = result.columns[column] else {
      throw .decoding(column: column, expected: expected, found: "no such column")
    }
    guard let bytes = result.cell(index, position) else { return nil }
    let type = result.types[position]
    let found = withExtendedLifetime(result) { read(BinaryCell(type: type, bytes: bytes)) }
    guard let found else {
      throw .decoding(column: column, expected: expected, found: "\(bytes.count) bytes of type \(type)")
    }
    return found
  }

  private func required<Value>(
    _ column: String, _ expected: String, _ value: Value?
  ) throws(PostgresError) -> Value {
    guard let value else { throw .decoding(column: column, expected: expected, found: "NULL") }
    return value
  }
}
