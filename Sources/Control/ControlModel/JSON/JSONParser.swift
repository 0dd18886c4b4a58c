/// Why a text is not JSON, and where: `offset` is a byte offset from the start of the text.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Reason: String, Sendable {
    case unexpectedEnd = "it ends too early"
    case unexpectedByte = "unexpected character"
    case invalidUTF8 = "invalid UTF-8"
    case invalidEscape = "invalid escape"
    case invalidNumber = "invalid number"
    case controlCharacter = "control character in a string"
    case tooDeep = "nested too deeply"
    case trailingBytes = "something follows the value"
  }

  package var reason: Reason
  package var offset: Int

  package var description: String { "\(reason.rawValue) at byte \(offset)" }
}

extension JSONValue {
  /// Reads exactly one value; white space may stand around it.
  package init(parsing bytes: [UInt8]) throws(JSONParseError) {
    self = try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      try JSONValue(parsing: buffer)
    }
  }

  package init(parsing text: String) throws(JSONParseError) {
    try self.init(parsing: Array(text.utf8))
  }

  package init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(JSONParseError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.parseDocument()
  }
}

/// A recursive-descent reader over bytes that outlive it.
struct JSONParser {
  /// Deeper nesting than any agent writes; keeps hostile input from exhausting the stack.
  static let maximumDepth = 256

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var depth = 0

  init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  mutating func parseDocument() throws(JSONParseError) -> JSONValue {
    skipSpace()
    let value = try parseValue()
    skipSpace()
    guard position == bytes.count else { throw failure(.trailingBytes) }
    return value
  }

  mutating func parseValue() throws(JSONParseError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try parseObject())
    case UInt8(ascii: "["): return .array(try parseArray())
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"):
      try expect("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try expect("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try expect("null")
      return .null
    default: return .number(try parseNumber())
    }
  }

  private mutating func parseObject() throws(JSONParseError) -> JSONObject {
    try descend()
    defer { depth -= 1 }
    var object = JSONObject()
    if try closes(with: UInt8(ascii: "}")) { return object }
    while true {
      skipSpace()
      guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      let name = try parseString()
      try separator(UInt8(ascii: ":"))
      skipSpace()
      object.members.append(.init(name: name, value: try parseValue()))
      if try ends(with: UInt8(ascii: "}")) { return object }
    }
  }

  private mutating func parseArray() throws(JSONParseError) -> [JSONValue] {
    try descend()
    defer { depth -= 1 }
    var values: [JSONValue] = []
    if try closes(with: UInt8(ascii: "]")) { return values }
    while true {
      skipSpace()
      values.append(try parseValue())
      if try ends(with: UInt8(ascii: "]")) { return values }
    }
  }

  // MARK: Steps

  mutating func descend() throws(JSONParseError) {
    depth += 1
    guard depth <= Self.maximumDepth else { throw failure(.tooDeep) }
    position += 1
  }

  mutating func closes(with byte: UInt8) throws(JSONParseError) -> Bool {
    skipSpace()
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  /// After an element: `true` at the closing byte, `false` after a comma.
  mutating func ends(with byte: UInt8) throws(JSONParseError) -> Bool {
    skipSpace()
    let next = try peek()
    guard next == byte || next == UInt8(ascii: ",") else { throw failure(.unexpectedByte) }
    position += 1
    return next == byte
  }

  mutating func separator(_ byte: UInt8) throws(JSONParseError) {
    skipSpace()
    guard try peek() == byte else { throw failure(.unexpectedByte) }
    position += 1
  }

  mutating func expect(_ word: StaticString) throws(JSONParseError) {
    for index in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw failure(.unexpectedEnd) }
      guard bytes[position] == word.utf8Start[index] else { throw failure(.unexpectedByte) }
      position += 1
    }
  }

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  func peek() throws(JSONParseError) -> UInt8 {
    guard position < bytes.count else { throw failure(.unexpectedEnd) }
    return bytes[position]
  }

  func failure(_ reason: JSONParseError.Reason) -> JSONParseError {
    JSONParseError(reason: reason, offset: position)
  }
}
