/// Values in Postgres' binary form in one buffer, each after its length in four bytes (-1 for NULL).
struct BinaryFields: Sendable {
  var bytes: [UInt8] = []
  /// The first value that could not be written; what stands in its place must not be sent.
  private(set) var failure: PostgresError?

  mutating func appendNull() {
    appendBigEndian(Int32(-1))
  }

  mutating func append(_ value: Bool) {
    appendBigEndian(Int32(1))
    bytes.append(value ? 1 : 0)
  }

  mutating func append(_ value: Int16) {
    appendBigEndian(Int32(2))
    appendBigEndian(value)
  }

  mutating func append(_ value: Int32) {
    appendBigEndian(Int32(4))
    appendBigEndian(value)
  }

  mutating func append(_ value: Int64) {
    appendBigEndian(Int32(8))
    appendBigEndian(value)
  }

  mutating func append(_ value: Double) {
    append(Int64(bitPattern: value.bitPattern))
  }

  mutating func append(_ value: String) {
    appendLength(value.utf8.count)
    appendCharacters(value)
  }

  mutating func append(_ value: String?) {
    if let value { append(value) } else { appendNull() }
  }

  mutating func append(_ value: [UInt8]) {
    appendLength(value.count)
    bytes.append(contentsOf: value)
  }

  mutating func append(jsonb value: String) {
    appendLength(value.utf8.count + 1)
    bytes.append(1)
    appendCharacters(value)
  }

  mutating func append(microseconds: Int64) {
    let (value, overflow) = microseconds.subtractingReportingOverflow(postgresEpoch)
    if overflow { fail("a moment out of range") }
    append(value)
  }

  mutating func append(uuid text: String) {
    guard let (high, low) = uuidHalves(text) else {
      fail("“\(text.prefix(40))” is not a UUID")
      return appendNull()
    }
    appendBigEndian(Int32(16))
    appendBigEndian(high)
    appendBigEndian(low)
  }

  /// A one-dimensional array; its length is filled in at the end.
  mutating func append<Element>(
    _ elements: [Element], of type: UInt32, hasNulls: Bool = false, _ each: (inout BinaryFields, Element) -> Void
  ) {
    let start = bytes.count
    appendBigEndian(Int32(0))
    appendBigEndian(Int32(elements.isEmpty ? 0 : 1))
    appendBigEndian(Int32(hasNulls ? 1 : 0))
    appendBigEndian(type)
    if !elements.isEmpty {
      appendBigEndian(Int32(truncatingIfNeeded: elements.count))
      appendBigEndian(Int32(1))
      for element in elements { each(&self, element) }
    }
    setLength(at: start, bytes.count - start - 4)
  }

  mutating func appendBigEndian<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func appendCharacters(_ value: String) {
    var value = value
    value.withUTF8 { bytes.append(contentsOf: $0) }
  }

  private mutating func appendLength(_ count: Int) {
    if count > longestValue { fail("a value of \(count) bytes") }
    appendBigEndian(Int32(truncatingIfNeeded: count))
  }

  private mutating func setLength(at index: Int, _ count: Int) {
    if count > longestValue { fail("an array of \(count) bytes") }
    withUnsafeBytes(of: Int32(truncatingIfNeeded: count).bigEndian) {
      for (offset, byte) in $0.enumerated() { bytes[index + offset] = byte }
    }
  }

  private mutating func fail(_ reason: String) {
    if failure == nil { failure = .invalidParameter(reason + ".") }
  }
}

/// The server refuses single values from 1 GiB on.
private let longestValue = 0x3fff_ffff

/// The two halves of a UUID of 32 hexadecimal digits, with or without hyphens.
func uuidHalves(_ text: String) -> (UInt64, UInt64)? {
  var halves: (UInt64, UInt64) = (0, 0)
  var count = 0
  for byte in text.utf8 where byte != UInt8(ascii: "-") {
    guard let digit = hexadecimalDigit(byte), count < 32 else { return nil }
    if count < 16 { halves.0 = halves.0 << 4 | digit } else { halves.1 = halves.1 << 4 | digit }
    count += 1
  }
  return count == 32 ? halves : nil
}

private func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
  case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
  case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
  default: nil
  }
}
