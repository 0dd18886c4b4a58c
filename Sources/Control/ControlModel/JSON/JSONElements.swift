/// Where the elements of one JSON array stand, for callers that must pass elements on exactly as they were written.
package enum JSONElements {
  /// Byte ranges within `bytes`, which must hold one array; the whole text is checked to be JSON.
  package static func ranges(in bytes: [UInt8]) throws(JSONParseError) -> [Range<Int>] {
    try bytes.withUnsafeBufferPointer { buffer throws(JSONParseError) in
      var parser = JSONParser(bytes: buffer)
      return try parser.parseElementRanges()
    }
  }
}

extension JSONParser {
  fileprivate mutating func parseElementRanges() throws(JSONParseError) -> [Range<Int>] {
    skipSpace()
    guard try peek() == UInt8(ascii: "[") else { throw failure(.unexpectedByte) }
    position += 1
    var ranges: [Range<Int>] = []
    if try !closes(with: UInt8(ascii: "]")) {
      repeat {
        skipSpace()
        let start = position
        try skipValue()
        ranges.append(start..<position)
      } while try !ends(with: UInt8(ascii: "]"))
    }
    skipSpace()
    guard position == bytes.count else { throw failure(.trailingBytes) }
    return ranges
  }
}
