extension JSONParser {
  mutating func parseNumber() throws(JSONParseError) -> String {
    let start = position
    try skipNumber()
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  mutating func skipNumber() throws(JSONParseError) {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    try parseIntegerPart(start: start)
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits()
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits()
    }
  }

  private mutating func parseIntegerPart(start: Int) throws(JSONParseError) {
    guard position < bytes.count else { throw failure(.unexpectedEnd) }
    guard (0x30...0x39).contains(bytes[position]) else {
      throw failure(position == start ? .unexpectedByte : .invalidNumber)
    }
    let leadingZero = bytes[position] == UInt8(ascii: "0")
    position += 1
    if !leadingZero {
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    }
  }

  private mutating func digits() throws(JSONParseError) {
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    guard position > start else { throw failure(.invalidNumber) }
  }

  /// Most strings have no escape and are taken in one piece.
  mutating func parseString() throws(JSONParseError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = try validated(start..<position)
        position += 1
        return text
      case UInt8(ascii: "\\"): return try parseEscapedString(start: start)
      case 0..<0x20: throw failure(.controlCharacter)
      default: position += 1
      }
    }
    throw failure(.unexpectedEnd)
  }

  /// Collects the bytes and checks them once: most of what agents write is text with many escapes.
  private mutating func parseEscapedString(start: Int) throws(JSONParseError) -> String {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return try text.withUnsafeBufferPointer { text throws(JSONParseError) in
          // An escape gives whole characters, so that only the bytes between them can be wrong.
          try Self.validated(text, offset: start)
        }
      case UInt8(ascii: "\\"):
        text.append(contentsOf: UTF8.encode(try parseEscape()) ?? UTF8.encodedReplacementCharacter)
      case 0..<0x20: throw failure(.controlCharacter)
      default:
        let pieceStart = position
        position += 1
        while position < bytes.count, !Self.endsPiece(bytes[position]) { position += 1 }
        text.append(contentsOf: bytes[pieceStart..<position])
      }
    }
    throw failure(.unexpectedEnd)
  }

  private static func endsPiece(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20
  }

  private func validated(_ range: Range<Int>) throws(JSONParseError) -> String {
    try Self.validated(bytes.extracting(range), offset: range.lowerBound)
  }

  private static func validated(
    _ text: UnsafeBufferPointer<UInt8>, offset: Int
  ) throws(JSONParseError) -> String {
    do { return String(copying: try UTF8Span(validating: text.span)) } catch {
      throw JSONParseError(reason: .invalidUTF8, offset: offset)
    }
  }

  mutating func parseEscape() throws(JSONParseError) -> Unicode.Scalar {
    position += 1
    let byte = try peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try parseUnicodeEscape()
    default:
      position -= 1
      throw failure(.invalidEscape)
    }
  }

  /// A surrogate without its partner, which JavaScript writes when it cuts an emoji in two, becomes U+FFFD.
  private mutating func parseUnicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
    let unit = try hexUnit()
    if let scalar = Unicode.Scalar(unit) { return scalar }
    let mark = position
    guard unit < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { return "\u{FFFD}" }
    position += 2
    let low = try hexUnit()
    guard (0xDC00...0xDFFF).contains(low) else {
      position = mark
      return "\u{FFFD}"
    }
    let combined = 0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
    return Unicode.Scalar(combined) ?? "\u{FFFD}"
  }

  private mutating func hexUnit() throws(JSONParseError) -> UInt16 {
    guard position + 4 <= bytes.count else {
      position = bytes.count
      throw failure(.unexpectedEnd)
    }
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch bytes[position] {
      case 0x30...0x39: digit = bytes[position] - 0x30
      case 0x41...0x46, 0x61...0x66: digit = (bytes[position] | 0x20) - 0x57
      default: throw failure(.invalidEscape)
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
