/// A text to look for in any case of letters, without a copy of what is searched: transcripts hold megabytes.
package struct TextSearch: Sendable {
  private let wanted: String
  private let bytes: [UInt8]
  private let isASCII: Bool

  package init(_ text: String) {
    wanted = text.lowercased()
    bytes = Array(wanted.utf8)
    isASCII = bytes.allSatisfy { $0 < 0x80 }
  }

  package func isFound(in text: String) -> Bool {
    guard !bytes.isEmpty else { return true }
    guard isASCII else { return text.lowercased().contains(wanted) }
    return text.utf8.withContiguousStorageIfAvailable(scan) ?? text.lowercased().contains(wanted)
  }

  private func scan(_ hay: UnsafeBufferPointer<UInt8>) -> Bool {
    guard hay.count >= bytes.count else { return false }
    return (0...(hay.count - bytes.count)).contains { start in
      Self.folded(hay[start]) == bytes[0] && bytes.indices.allSatisfy { Self.folded(hay[start + $0]) == bytes[$0] }
    }
  }

  private static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
