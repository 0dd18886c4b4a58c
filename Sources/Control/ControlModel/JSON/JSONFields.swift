/// The members of one JSON object as byte ranges, for callers that must pass a member on exactly as it was written.
package struct JSONFields: Sendable {
  private let fields: [(name: String, range: Range<Int>)]
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
    fields.last { $0.name == name }.map { bytes[$0.range] }
  }

  package func value(of name: String) throws(JSONParseError) -> JSONValue? {
    guard let slice = bytes(of: name) else { return nil }
    return try JSONValue(parsing: Array(slice))
  }
}

extension JSONParser {
  fileprivate mutating func parseFields() throws(JSONParseError) -> [(name: String, range: Range<Int>)] {
    skipSpace()
    guard try peek() == UInt8(ascii: "{") else { throw failure(.unexpectedByte) }
    position += 1
    var fields: [(name: String, range: Range<Int>)] = []
    skipSpace()
    if try peek() == UInt8(ascii: "}") {
      position += 1
      return try finish(fields)
    }
    while true {
      skipSpace()
      guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      let name = try parseString()
      try separator(UInt8(ascii: ":"))
      skipSpace()
      let start = position
      _ = try parseValue()
      fields.append((name, start..<position))
      skipSpace()
      let next = try peek()
      guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else { throw failure(.unexpectedByte) }
      position += 1
      if next == UInt8(ascii: "}") { return try finish(fields) }
    }
  }

  private mutating func finish(
    _ fields: [(name: String, range: Range<Int>)]
  ) throws(JSONParseError) -> [(name: String, range: Range<Int>)] {
    skipSpace()
    guard position == bytes.count else { throw failure(.trailingBytes) }
    return fields
  }
}
