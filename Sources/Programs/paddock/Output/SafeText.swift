import TerminalCore

/// What came from agents, on its way to an operator's terminal.
enum SafeText {
  /// One line without control characters.
  static func line(_ text: String) -> String {
    TextSanitizer.singleLine(text)
  }

  /// Lines as they are, and nothing else that steers a terminal; tabs reach the stops that terminals have.
  static func lines(_ text: String) -> String {
    TextSanitizer.multiLine(text, tabWidth: 8)
  }

  /// JSON for a terminal: what the sanitiser would change inside a string is written as an escape, which means the same
  /// to every reader. JSON's own line breaks stay.
  static func json(_ bytes: [UInt8]) -> String {
    var text = String.UnicodeScalarView()
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if scalar == "\n" || TextSanitizer.keeps(scalar) {
        text.append(scalar)
      } else {
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
          let digits = String(unit, radix: 16)
          text.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
        }
      }
    }
    return String(text)
  }
}
