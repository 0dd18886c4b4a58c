/// The certificates of a bundle (RFC 7468). One that is damaged is no reason to trust none, as for Go: libcurl refuses the
/// whole text for it.
enum PEMCertificates {
  private static let begin = "-----BEGIN CERTIFICATE-----"
  private static let end = "-----END CERTIFICATE-----"

  /// The text as it is where each of them can be read, else those that can; `nil` where there is none.
  static func readable(in bytes: [UInt8]) -> [UInt8]? {
    let lines = bytes.split { $0 == 0x0A || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self).trimmedLine ?? "" }
    var found: [[UInt8]] = []
    var begun = 0
    var block: String?
    for line in lines {
      if line == begin {
        (block, begun) = ("", begun + 1)
      } else if line == end {
        if let der = block.flatMap({ Base64.decode($0) }), DER.isCertificate(der) { found.append(der) }
        block = nil
      } else if line.hasPrefix("-----") {
        block = nil
      } else {
        block?.append(line)
      }
    }
    guard !found.isEmpty else { return nil }
    return found.count == begun ? bytes : found.flatMap { "\(begin)\n\(Base64.encode($0))\n\(end)\n".utf8 }
  }
}

/// ITU-T X.690, as far as to tell what is whole from what is cut or overwritten.
private enum DER {
  private static let mostLevels = 64
  private static let (sequence, bitString): (UInt8, UInt8) = (0x30, 0x03)

  /// RFC 5280, section 4.1: what is signed, how, and the signature.
  static func isCertificate(_ bytes: [UInt8]) -> Bool {
    guard let whole = elements(bytes[...]), whole.count == 1, whole[0].tag == sequence,
      let parts = elements(whole[0].content), parts.map(\.tag) == [sequence, sequence, bitString]
    else { return false }
    return parts.allSatisfy { isWellFormed($0, levels: mostLevels) }
  }

  private static func isWellFormed(_ element: (tag: UInt8, content: ArraySlice<UInt8>), levels: Int) -> Bool {
    let isConstructed = element.tag & 0x20 != 0
    guard isConstructed else { return true }
    guard levels > 0, let inner = elements(element.content) else { return false }
    return inner.allSatisfy { isWellFormed($0, levels: levels - 1) }
  }

  /// What stands one behind the other; `nil` where a length leads beyond the end, or is not of definite form.
  private static func elements(_ bytes: ArraySlice<UInt8>) -> [(tag: UInt8, content: ArraySlice<UInt8>)]? {
    var rest = bytes
    var found: [(tag: UInt8, content: ArraySlice<UInt8>)] = []
    while let tag = rest.popFirst() {
      // Certificates have no tags of several bytes.
      guard tag & 0x1F != 0x1F, let length = length(&rest), length <= rest.count else { return nil }
      found.append((tag, rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return found
  }

  private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard let first = rest.popFirst() else { return nil }
    guard first & 0x80 != 0 else { return Int(first) }
    let count = Int(first & 0x7F)
    guard (1...4).contains(count), rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
  }
}
