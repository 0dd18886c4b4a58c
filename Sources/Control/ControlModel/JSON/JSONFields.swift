/// The members of one JSON object as byte ranges, for callers that must pass a member on exactly as it was written.
package struct JSONFields: Sendable {
  fileprivate struct Field {
    /// The name's bytes between its quotes.
    var name: Range<Int>
    /// The name itself where an escape makes it differ from its bytes.
    var unescaped: String?
    var value: Range<Int>
  }

  private let fields: [Field]
  private let bytes: [UInt8]

  /// Reads an object without building its values; the whole text is checked to be JSON all the same.
  package init(parsing bytes: [UInt8]) throws(JSONParseError) {
    self.bytes = bytes
    fields = try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      var parser = JSONParser(bytes: buffer)
      return try parser.parseFields()
    }
  }

  /// The member's own bytes, `nil` when there is none of that name.
  package func bytes(of name: String) -> ArraySlice<UInt8>? {
    range(of: name).map { bytes[$0] }
  }

  package func value(of name: String) throws(JSONParseError) -> JSONValue? {
    guard let range = range(of: name) else { return nil }
    return try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      try JSONValue(parsing: buffer.extracting(range))
    }
  }

  /// A repeated name means its last value, as in `JSONObject`. Names are compared byte by byte.
  private func range(of name: String) -> Range<Int>? {
    var name = name
    return name.withUTF8 { wanted in
      bytes.withUnsafeBufferPointer { buffer in
        fields.last { $0.isNamed(wanted, in: buffer) }?.value
      }
    }
  }
}

extension JSONFields.Field {
  fileprivate func isNamed(_ wanted: UnsafeBufferPointer<UInt8>, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if let unescaped { return unescaped.utf8.elementsEqual(wanted) }
    guard name.count == wanted.count else { return false }
    for index in 0..<wanted.count where bytes[name.lowerBound + index] != wanted[index] { return false }
    return true
  }
}

extension JSONParser {
  fileprivate mutating func parseFields() throws(JSONParseError) -> [JSONFields.Field] {
    skipSpace()
    guard try peek() == UInt8(ascii: "{") else { throw failure(.unexpectedByte) }
    // Not counted as a level: what may stand alone may be a member here.
    position += 1
    var fields: [JSONFields.Field] = []
    fields.reserveCapacity(16)
    if try !closes(with: UInt8(ascii: "}")) {
      repeat { fields.append(try parseField()) } while try !ends(with: UInt8(ascii: "}"))
    }
    skipSpace()
    guard position == bytes.count else { throw failure(.trailingBytes) }
    return fields
  }

  private mutating func parseField() throws(JSONParseError) -> JSONFields.Field {
    skipSpace()
    guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
    let start = position
    let hasEscape = try skipString()
    let name = start + 1..<position - 1
    let unescaped = hasEscape ? try JSONValue(parsing: bytes.extracting(start..<position)).stringValue : nil
    try separator(UInt8(ascii: ":"))
    skipSpace()
    let valueStart = position
    try skipValue()
    return JSONFields.Field(name: name, unescaped: unescaped, value: valueStart..<position)
  }
}
