/// A text whose aliases are plain scalars: Yams would resolve each at once, and compares keys with all that is below them,
/// so that a hundred lines of aliases to aliases cost minutes. `*name` becomes `Xname`, with a character X that the text does
/// not have; in prose and in quotes the character is taken back.
struct MarkedAliases {
  /// `nil` where there is no alias.
  let marker: Unicode.Scalar?
  let text: String

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let anchors = Self.names(after: UInt8(ascii: "&"), in: bytes)
    guard !anchors.isEmpty, let free = Self.unused(in: text) else {
      (marker, self.text) = (nil, text)
      return
    }
    marker = free
    self.text = Self.marked(bytes, Array(String(free).utf8), anchors)
  }

  /// Of the private use area.
  private static func unused(in text: String) -> Unicode.Scalar? {
    let area: ClosedRange<UInt32> = 0xE000...0xF8FF
    let used = Set(text.unicodeScalars.lazy.map(\.value).filter(area.contains))
    return area.first { !used.contains($0) }.flatMap(Unicode.Scalar.init)
  }

  private static func marked(_ bytes: [UInt8], _ marker: [UInt8], _ anchors: Set<ArraySlice<UInt8>>) -> String {
    var marked: [UInt8] = []
    marked.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      let isAlias =
        byte == UInt8(ascii: "*") && (index == 0 || endsToken(bytes[index - 1]))
        && anchors.contains(name(from: index + 1, in: bytes))
      if isAlias { marked += marker } else { marked.append(byte) }
    }
    return String(decoding: marked, as: UTF8.self)
  }

  private static func names(after mark: UInt8, in bytes: [UInt8]) -> Set<ArraySlice<UInt8>> {
    var names: Set<ArraySlice<UInt8>> = []
    for index in bytes.indices where bytes[index] == mark {
      let name = name(from: index + 1, in: bytes)
      if !name.isEmpty { names.insert(name) }
    }
    return names
  }

  private static func name(from start: Int, in bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes[start...].prefix(while: isName)
  }

  static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// What stands before a token that begins.
  private static func endsToken(_ byte: UInt8) -> Bool { byte <= 0x20 || "[{,:?-".utf8.contains(byte) }
}
