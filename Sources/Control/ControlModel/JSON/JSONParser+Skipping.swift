/// Passes values over with every check that reading them makes, and without building anything.
extension JSONParser {
  mutating func skipValue() throws(JSONParseError) {
    switch try peek() {
    case UInt8(ascii: "{"): try skipObject()
    case UInt8(ascii: "["): try skipArray()
    case UInt8(ascii: "\""): _ = try skipString()
    case UInt8(ascii: "t"): try expect("true")
    case UInt8(ascii: "f"): try expect("false")
    case UInt8(ascii: "n"): try expect("null")
    default: try skipNumber()
    }
  }

  private mutating func skipObject() throws(JSONParseError) {
    try descend()
    defer { depth -= 1 }
    if try closes(with: UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      guard try peek() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
      _ = try skipString()
      try separator(UInt8(ascii: ":"))
      skipSpace()
      try skipValue()
      if try ends(with: UInt8(ascii: "}")) { return }
    }
  }

  private mutating func skipArray() throws(JSONParseError) {
    try descend()
    defer { depth -= 1 }
    if try closes(with: UInt8(ascii: "]")) { return }
    while true {
      skipSpace()
      try skipValue()
      if try ends(with: UInt8(ascii: "]")) { return }
    }
  }

  /// `true` when it has escapes, so that its bytes are not its text.
  mutating func skipString() throws(JSONParseError) -> Bool {
    position += 1
    let start = position
    var hasEscape = false
    var isASCII = true
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        if !isASCII { try checkUTF8(start..<position) }
        position += 1
        return hasEscape
      }
      guard byte >= 0x20 else { throw failure(.controlCharacter) }
      if byte == UInt8(ascii: "\\") {
        hasEscape = true
        _ = try parseEscape()
      } else {
        if byte >= 0x80 { isASCII = false }
        position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  private func checkUTF8(_ range: Range<Int>) throws(JSONParseError) {
    do { _ = try UTF8Span(validating: bytes.extracting(range).span) } catch {
      throw JSONParseError(reason: .invalidUTF8, offset: range.lowerBound)
    }
  }
}
