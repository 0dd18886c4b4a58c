extension PostgresValue {
  /// The value of a cell; the bare bytes where the type is unknown or an array holds NULL.
  init(_ cell: BinaryCell) {
    self = Self.scalar(cell) ?? Self.array(cell) ?? .bytea(Array(cell.bytes))
  }

  private static func scalar(_ cell: BinaryCell) -> PostgresValue? {
    switch cell.type {
    case TypeID.bool: cell.boolean.map { .bool($0) }
    case TypeID.int2, TypeID.int4: cell.integer.map { .int4(Int32(truncatingIfNeeded: $0)) }
    case TypeID.int8, TypeID.oid: cell.integer.map { .int8($0) }
    case TypeID.float4, TypeID.float8: cell.double.map { .float8($0) }
    case TypeID.uuid: cell.uuid.map { .uuid($0) }
    case TypeID.timestamptz, TypeID.timestamp, TypeID.date: cell.microseconds.map { .timestamptz(microseconds: $0) }
    case TypeID.json: cell.string.map { .json($0) }
    case TypeID.jsonb: cell.string.map { .jsonb($0) }
    default: cell.string.map { .text($0) }
    }
  }

  private static func array(_ cell: BinaryCell) -> PostgresValue? {
    guard isArray(cell.type), let elements = cell.elements else { return nil }
    switch cell.type {
    case TypeID.boolArray: return all(elements) { $0.boolean }.map { .boolArray($0) }
    case TypeID.int4Array: return all(elements) { $0.number(Int32.self) }.map { .int4Array($0) }
    case TypeID.int8Array: return all(elements) { $0.integer }.map { .int8Array($0) }
    case TypeID.float8Array: return all(elements) { $0.double }.map { .float8Array($0) }
    case TypeID.byteaArray: return all(elements) { Array($0.bytes) }.map { .byteaArray($0) }
    case TypeID.uuidArray: return all(elements) { $0.uuid }.map { .uuidArray($0) }
    case TypeID.timestamptzArray: return all(elements) { $0.microseconds }.map { .timestamptzArray($0) }
    case TypeID.jsonbArray: return all(elements) { $0.string }.map { .jsonbArray($0) }
    default:
      if let texts = all(elements, { $0.string }) { return .textArray(texts) }
      return .optionalTextArray(elements.map { $0?.string })
    }
  }

  /// nil when one is NULL or not readable.
  private static func all<Element>(
    _ elements: [BinaryCell?], _ each: (BinaryCell) -> Element?
  ) -> [Element]? {
    let values = elements.compactMap { $0.flatMap(each) }
    return values.count == elements.count ? values : nil
  }
}

/// The array types that this client reads.
func isArray(_ type: UInt32) -> Bool {
  switch type {
  case TypeID.boolArray, TypeID.byteaArray, TypeID.nameArray, TypeID.int4Array, TypeID.textArray, TypeID.varcharArray,
    TypeID.int8Array, TypeID.float8Array, TypeID.timestamptzArray, TypeID.uuidArray, TypeID.jsonbArray:
    true
  default: false
  }
}
