/// Names one session; a lower-case UUID, version 7 (RFC 9562) where Paddock makes it, so that ids sort by age.
package struct SessionID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let text: String

  /// `nil` unless the text is a UUID; upper case is folded.
  package init?(_ text: String) {
    let folded = text.lowercased()
    guard isUUID(folded) else { return nil }
    self.text = folded
  }

  private init(unchecked text: String) {
    self.text = text
  }

  package static func make(at time: Timestamp) -> SessionID {
    SessionID(unchecked: makeUUID(at: time))
  }

  package var description: String { text }

  package static func < (left: SessionID, right: SessionID) -> Bool { left.text < right.text }
}

/// Names one operation, and the message it carries: a runtime that sees the same id twice answers it once.
package struct OperationID: Sendable, Hashable, CustomStringConvertible {
  package let text: String

  package init?(_ text: String) {
    let folded = text.lowercased()
    guard isUUID(folded) else { return nil }
    self.text = folded
  }

  private init(unchecked text: String) {
    self.text = text
  }

  package static func make(at time: Timestamp) -> OperationID {
    OperationID(unchecked: makeUUID(at: time))
  }

  package var description: String { text }
}

/// A team's or an agent's name: an RFC 1123 label of at most 48 characters, so that it can name a Kubernetes namespace
/// and, behind `paddock_team_`, a Postgres role (63 bytes).
package struct ResourceName: Sendable, Hashable, Comparable, CustomStringConvertible {
  package static let maximumLength = 48

  package let text: String

  package init(_ text: String, of what: String = "name") throws(ControlFailure) {
    let bytes = Array(text.utf8)
    let isLabel = bytes.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
    guard let first = bytes.first, let last = bytes.last, isLabel, first != 0x2D, last != 0x2D,
      bytes.count <= Self.maximumLength
    else {
      throw ControlFailure(
        .invalidArgument, "The \(what) '\(text)' is not valid.",
        hint:
          "Use lower-case letters, digits and '-', at most \(Self.maximumLength) characters, and no '-' at either end.")
    }
    self.text = text
  }

  private init(unchecked text: String) {
    self.text = text
  }

  /// Stands where a stored name is none.
  package static let unreadable = ResourceName(unchecked: "unreadable")

  package var description: String { text }

  package static func < (left: ResourceName, right: ResourceName) -> Bool { left.text < right.text }
}

private func isUUID(_ text: String) -> Bool {
  let bytes = Array(text.utf8)
  guard bytes.count == 36 else { return false }
  return bytes.enumerated().allSatisfy { index, byte in
    if [8, 13, 18, 23].contains(index) { return byte == 0x2D }
    return (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}

/// RFC 9562, section 5.7: 48 bits of milliseconds, then random bits.
private func makeUUID(at time: Timestamp) -> String {
  let milliseconds = UInt64(max(0, time.microseconds / 1000))
  let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF)
  let low = UInt64.random(in: 0...UInt64.max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  let digits = hexadecimal(high) + hexadecimal(low)
  let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
  return cuts.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
}

private func hexadecimal(_ value: UInt64) -> [UInt8] {
  let digits = Array(String(value, radix: 16).utf8)
  return Array(repeating: 0x30, count: 16 - digits.count) + digits
}
