extension PostgresValue {
  /// 0 leaves the type to the server.
  var typeID: UInt32 {
    switch self {
    case .null: 0
    case .bool: TypeID.bool
    case .int4: TypeID.int4
    case .int8: TypeID.int8
    case .float8: TypeID.float8
    case .text: TypeID.text
    case .bytea: TypeID.bytea
    case .uuid: TypeID.uuid
    case .timestamptz: TypeID.timestamptz
    case .json: TypeID.json
    case .jsonb: TypeID.jsonb
    case .boolArray: TypeID.boolArray
    case .int4Array: TypeID.int4Array
    case .int8Array: TypeID.int8Array
    case .float8Array: TypeID.float8Array
    case .textArray, .optionalTextArray: TypeID.textArray
    case .byteaArray: TypeID.byteaArray
    case .uuidArray: TypeID.uuidArray
    case .timestamptzArray: TypeID.timestamptzArray
    case .jsonbArray: TypeID.jsonbArray
    }
  }

  /// Writes the length in four bytes and then the value, as COPY and array elements have it.
  func encodeField(into fields: inout BinaryFields) {
    switch self {
    case .null: fields.appendNull()
    case .bool(let value): fields.append(value)
    case .int4(let value): fields.append(value)
    case .int8(let value): fields.append(value)
    case .float8(let value): fields.append(value)
    case .text(let value), .json(let value): fields.append(value)
    case .bytea(let value): fields.append(value)
    case .uuid(let value): fields.append(uuid: value)
    case .timestamptz(let microseconds): fields.append(microseconds: microseconds)
    case .jsonb(let value): fields.append(jsonb: value)
    default: encodeArray(into: &fields)
    }
  }

  private func encodeArray(into fields: inout BinaryFields) {
    switch self {
    case .boolArray(let values): fields.append(values, of: TypeID.bool) { $0.append($1) }
    case .int4Array(let values): fields.append(values, of: TypeID.int4) { $0.append($1) }
    case .int8Array(let values): fields.append(values, of: TypeID.int8) { $0.append($1) }
    case .float8Array(let values): fields.append(values, of: TypeID.float8) { $0.append($1) }
    case .textArray(let values): fields.append(values, of: TypeID.text) { $0.append($1) }
    case .optionalTextArray(let values):
      fields.append(values, of: TypeID.text, hasNulls: values.contains(nil)) { $0.append($1) }
    case .byteaArray(let values): fields.append(values, of: TypeID.bytea) { $0.append($1) }
    case .uuidArray(let values): fields.append(values, of: TypeID.uuid) { $0.append(uuid: $1) }
    case .timestamptzArray(let values):
      fields.append(values, of: TypeID.timestamptz) { $0.append(microseconds: $1) }
    case .jsonbArray(let values): fields.append(values, of: TypeID.jsonb) { $0.append(jsonb: $1) }
    default: break
    }
  }
}
