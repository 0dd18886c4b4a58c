/// A text to look for as the store does: in any case of letters, and from the start of a word on. Nothing of what is
/// searched is copied where that can be helped: transcripts hold megabytes.
package struct TextSearch: Sendable {
  private let wanted: String
  private let bytes: [UInt8]
  private let isASCII: Bool
  /// What begins with a sign begins no word, and is found anywhere.
  private let beginsWord: Bool

  package init(_ text: String) {
    wanted = text.lowercased()
    bytes = Array(wanted.utf8)
    isASCII = bytes.allSatisfy { $0 < 0x80 }
    beginsWord = wanted.first.map { $0.isLetter || $0.isNumber } ?? false
  }

  package func isFound(in text: String) -> Bool {
    guard !bytes.isEmpty else { return true }
    guard isASCII else { return isFound(inFolded: text.lowercased()) }
    return text.utf8.withContiguousStorageIfAvailable(scan) ?? isFound(inFolded: text.lowercased())
  }

  private func isFound(inFolded text: String) -> Bool {
    text.ranges(of: wanted).contains { range in
      guard beginsWord, range.lowerBound > text.startIndex else { return true }
      let before = text[text.index(before: range.lowerBound)]
      return !before.isLetter && !before.isNumber
    }
  }

  private func scan(_ hay: UnsafeBufferPointer<UInt8>) -> Bool {
    guard hay.count >= bytes.count else { return false }
    return (0...(hay.count - bytes.count)).contains { start in
      Self.folded(hay[start]) == bytes[0] && bytes.indices.allSatisfy { Self.folded(hay[start + $0]) == bytes[$0] }
        && (!beginsWord || start == 0 || !Self.isOfWord(hay[start - 1]))
    }
  }

  /// Bytes of other letters than ASCII's count as letters.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(folded(byte)) || byte >= 0x80
  }

  private static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
