/// Rows for `COPY … FROM STDIN (FORMAT binary)`, written straight into one buffer.
///
/// Every row: `beginRow(columns:)`, then one `append` for each column, in the order and of exactly the type of the
/// table's column: binary COPY converts nothing (`Int16` for `smallint`, `Int32` for `integer`, `Int64` for `bigint`).
package struct PostgresCopyWriter: Sendable {
  var fields = BinaryFields()
  package private(set) var rowCount = 0

  package init() {}

  /// Bytes written and not yet handed to libpq.
  package var byteCount: Int { fields.bytes.count }

  package mutating func reserve(_ bytes: Int) { fields.bytes.reserveCapacity(bytes) }

  package mutating func beginRow(columns: Int) {
    fields.appendBigEndian(Int16(truncatingIfNeeded: columns))
    rowCount += 1
  }

  package mutating func appendNull() { fields.appendNull() }
  package mutating func append(_ value: Bool) { fields.append(value) }
  package mutating func append(_ value: Int16) { fields.append(value) }
  package mutating func append(_ value: Int32) { fields.append(value) }
  package mutating func append(_ value: Int64) { fields.append(value) }
  package mutating func append(_ value: Double) { fields.append(value) }
  /// For text, varchar, json and enumerations.
  package mutating func append(_ value: String) { fields.append(value) }
  package mutating func append(_ value: String?) { fields.append(value) }
  package mutating func append(_ value: [UInt8]) { fields.append(value) }
  package mutating func append(jsonb value: String) { fields.append(jsonb: value) }
  package mutating func append(uuid value: String) { fields.append(uuid: value) }
  /// For timestamptz: microseconds since 1970.
  package mutating func append(microseconds: Int64) { fields.append(microseconds: microseconds) }
  package mutating func append(_ value: PostgresValue) { value.encodeField(into: &fields) }
}

extension PostgresCopyWriter {
  /// Signature, no flags, no header extension.
  static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + [UInt8](repeating: 0, count: 8)
  static let trailer: [UInt8] = [0xff, 0xff]

  /// Takes the bytes out and keeps the room for the next rows.
  mutating func removeRows() {
    fields.bytes.removeAll(keepingCapacity: true)
  }
}
