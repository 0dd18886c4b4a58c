/// One value that Postgres sent in binary form. Readers return nil when the bytes are not what they ask for.
struct BinaryCell {
  let type: UInt32
  let bytes: UnsafeRawBufferPointer

  var integer: Int64? {
    switch type {
    case TypeID.int8: number(Int64.self)
    case TypeID.int4: number(Int32.self).map(Int64.init)
    case TypeID.int2: number(Int16.self).map(Int64.init)
    case TypeID.oid: number(UInt32.self).map(Int64.init)
    // Sums and averages of whole numbers are numeric.
    case TypeID.numeric: PostgresNumeric(self).flatMap { Int64($0.description) }
    default: nil
    }
  }

  var double: Double? {
    switch type {
    case TypeID.float8: number(UInt64.self).map(Double.init(bitPattern:))
    case TypeID.float4: number(UInt32.self).map { Double(Float(bitPattern: $0)) }
    case TypeID.numeric: PostgresNumeric(self).flatMap { Double($0.description) }
    default: integer.map(Double.init)
    }
  }

  var boolean: Bool? {
    type == TypeID.bool && bytes.count == 1 ? bytes[0] != 0 : nil
  }

  var string: String? {
    switch type {
    case TypeID.text, TypeID.varchar, TypeID.bpchar, TypeID.name, TypeID.char, TypeID.json, TypeID.xml,
      TypeID.unknown, TypeID.firstUserDefined...:
      String(validating: bytes, as: UTF8.self)
    case TypeID.jsonb:
      bytes.first == 1 ? String(validating: bytes.dropFirst(), as: UTF8.self) : nil
    case TypeID.uuid: uuid
    case TypeID.numeric: PostgresNumeric(self)?.description
    default: nil
    }
  }

  var uuid: String? {
    guard type == TypeID.uuid, bytes.count == 16 else { return nil }
    var text = ""
    text.reserveCapacity(36)
    for (index, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(index) { text.append("-") }
      text.unicodeScalars.append(hexadecimal(byte >> 4))
      text.unicodeScalars.append(hexadecimal(byte & 15))
    }
    return text
  }

  /// Since 1970; nil for `infinity` and `-infinity` too.
  var microseconds: Int64? {
    switch type {
    case TypeID.timestamptz, TypeID.timestamp:
      number(Int64.self).flatMap { $0 == .max || $0 == .min ? nil : $0.addingReportingOverflow(postgresEpoch) }
        .flatMap { $0.overflow ? nil : $0.partialValue }
    case TypeID.date:
      number(Int32.self).flatMap { $0 == .max || $0 == .min ? nil : Self.microseconds(ofDay: Int64($0)) }
    default: nil
    }
  }

  /// Postgres counts days up to the year 5,874,897, and 64 bits of microseconds end before.
  private static func microseconds(ofDay day: Int64) -> Int64? {
    let (sinceEpoch, overflow) = day.multipliedReportingOverflow(by: 86_400_000_000)
    let (since1970, isTooLate) = sinceEpoch.addingReportingOverflow(postgresEpoch)
    return overflow || isTooLate ? nil : since1970
  }

  /// The elements of a one-dimensional array; nil elements are NULL.
  var elements: [BinaryCell?]? {
    guard let dimensions = number(Int32.self, at: 0), let type = number(UInt32.self, at: 8) else { return nil }
    if dimensions == 0 { return [] }
    guard dimensions == 1, let count = number(Int32.self, at: 12), count >= 0 else { return nil }
    var (position, elements) = (20, [BinaryCell?]())
    for _ in 0..<count {
      guard let length = number(Int32.self, at: position) else { return nil }
      position += 4
      guard length >= 0 else {
        elements.append(nil)
        continue
      }
      let end = position + Int(length)
      guard end <= bytes.count else { return nil }
      elements.append(BinaryCell(type: type, bytes: UnsafeRawBufferPointer(rebasing: bytes[position..<end])))
      position = end
    }
    return elements
  }

  func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
    bytes.count == Number.bitWidth / 8 ? number(Number.self, at: 0) : nil
  }

  func number<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number? {
    guard offset + Number.bitWidth / 8 <= bytes.count else { return nil }
    return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}

private func hexadecimal(_ nibble: UInt8) -> Unicode.Scalar {
  Unicode.Scalar(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
}
