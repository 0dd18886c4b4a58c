/// A parameter, and what a cell of a result holds. All of them travel in binary form.
package enum PostgresValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int4(Int32)
  case int8(Int64)
  case float8(Double)
  /// Postgres cannot hold U+0000 in any text or JSON.
  case text(String)
  case bytea([UInt8])
  /// In the usual form with hyphens, or 32 digits.
  case uuid(String)
  /// Since 1970-01-01T00:00:00Z.
  case timestamptz(microseconds: Int64)
  case json(String)
  case jsonb(String)
  case boolArray([Bool])
  case int4Array([Int32])
  case int8Array([Int64])
  case float8Array([Double])
  case textArray([String])
  case optionalTextArray([String?])
  case byteaArray([[UInt8]])
  case uuidArray([String])
  case timestamptzArray([Int64])
  case jsonbArray([String])
}

extension PostgresValue {
  package static func optionalText(_ value: String?) -> PostgresValue { value.map { .text($0) } ?? .null }
  package static func optionalInt4(_ value: Int32?) -> PostgresValue { value.map { .int4($0) } ?? .null }
  package static func optionalInt8(_ value: Int64?) -> PostgresValue { value.map { .int8($0) } ?? .null }
  package static func optionalFloat8(_ value: Double?) -> PostgresValue { value.map { .float8($0) } ?? .null }
  package static func optionalUUID(_ value: String?) -> PostgresValue { value.map { .uuid($0) } ?? .null }
  package static func optionalJSONB(_ value: String?) -> PostgresValue { value.map { .jsonb($0) } ?? .null }
  package static func optionalTimestamptz(_ microseconds: Int64?) -> PostgresValue {
    microseconds.map { .timestamptz(microseconds: $0) } ?? .null
  }
}

/// Numbers of built-in types, fixed for ever in the server's pg_type.dat.
enum TypeID {
  static let bool: UInt32 = 16
  static let bytea: UInt32 = 17
  static let char: UInt32 = 18
  static let name: UInt32 = 19
  static let int8: UInt32 = 20
  static let int2: UInt32 = 21
  static let int4: UInt32 = 23
  static let text: UInt32 = 25
  static let oid: UInt32 = 26
  static let json: UInt32 = 114
  static let xml: UInt32 = 142
  static let float4: UInt32 = 700
  static let float8: UInt32 = 701
  static let unknown: UInt32 = 705
  static let bpchar: UInt32 = 1042
  static let varchar: UInt32 = 1043
  static let date: UInt32 = 1082
  static let timestamp: UInt32 = 1114
  static let timestamptz: UInt32 = 1184
  static let numeric: UInt32 = 1700
  static let uuid: UInt32 = 2950
  static let jsonb: UInt32 = 3802
  static let boolArray: UInt32 = 1000
  static let byteaArray: UInt32 = 1001
  static let nameArray: UInt32 = 1003
  static let int4Array: UInt32 = 1007
  static let textArray: UInt32 = 1009
  static let varcharArray: UInt32 = 1015
  static let int8Array: UInt32 = 1016
  static let float8Array: UInt32 = 1022
  static let timestamptzArray: UInt32 = 1185
  static let uuidArray: UInt32 = 2951
  static let jsonbArray: UInt32 = 3807
  /// Types that users made (enumerations, above all) are numbered from here.
  static let firstUserDefined: UInt32 = 16_384
}

/// 2000-01-01T00:00:00Z, from where Postgres counts, in microseconds since 1970.
let postgresEpoch: Int64 = 946_684_800_000_000
