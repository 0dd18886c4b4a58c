import ControlModel

extension JournalLine {
  /// Number and kind of a line that was written by `EventLine`, by its beginning and its last byte; `nil` for a line that
  /// looks different, which may be an event all the same.
  static func skim(_ line: [UInt8]) -> (seq: Int64, kind: EventKind)? {
    guard line.last == UInt8(ascii: "}") else { return nil }
    var rest = line[...]
    guard skip(#"{"seq":"#, &rest) else { return nil }
    var seq: Int64 = 0
    while let byte = rest.first, (0x30...0x39).contains(byte), seq < 1 << 56 {
      seq = seq * 10 + Int64(byte - 0x30)
      rest = rest.dropFirst()
    }
    guard skip(#","time":""#, &rest), text(&rest) != nil, skip(#","kind":""#, &rest), let word = text(&rest),
      let kind = EventKind(rawValue: String(decoding: word, as: UTF8.self)), skip(#","text":""#, &rest)
    else { return nil }
    return (seq, kind)
  }

  private static func skip(_ text: StaticString, _ rest: inout ArraySlice<UInt8>) -> Bool {
    let expected = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard rest.starts(with: expected) else { return false }
    rest = rest.dropFirst(expected.count)
    return true
  }

  /// Up to the closing quote, which is taken too; times and kinds are short and hold no escapes.
  private static func text(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let quote = rest.prefix(48).firstIndex(of: UInt8(ascii: "\"")) else { return nil }
    defer { rest = rest[(quote + 1)...] }
    return rest[..<quote]
  }
}
