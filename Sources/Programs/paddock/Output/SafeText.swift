import TerminalCore

/// What came from agents, on its way to an operator's terminal.
enum SafeText {
  /// One line without control characters.
  static func line(_ text: String) -> String {
    TextSanitizer.singleLine(text)
  }

  /// JSON for a terminal: the control characters that JSON allows in a string are written as escapes, which means the
  /// same to every reader. Other outputs get the bytes as they are.
  static func json(_ bytes: [UInt8]) -> [UInt8] {
    guard StandardOutput.isTerminal else { return bytes }
    return Array(
      String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar -> String in
        let isControl = (0x7F...0x9F).contains(scalar.value) || isFormatting(scalar)
        guard isControl else { return String(scalar) }
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      }.joined().utf8)
  }

  /// Marks that turn the direction of text around, and separators that some terminals break lines at.
  private static func isFormatting(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
