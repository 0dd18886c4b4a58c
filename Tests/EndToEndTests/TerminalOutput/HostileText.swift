import Foundation

/// Text that a terminal must never be sent: sequences that set its title and clipboard, clear it, report to its input;
/// C1 controls, marks that turn the reading direction, and what hides text.
enum HostileText {
  /// Found in all output that shows a hostile text at all.
  static let marker = "HOSTILE"

  /// Without line breaks, which titles and names are cut at.
  static let line =
    "\(marker)\u{1B}]0;title\u{07}\u{1B}]52;c;ZXZpbA==\u{07}\u{1B}[2J\u{1B}[6n\u{9B}31m\u{9D}52;c;ZXZpbA==\u{9C}\u{90}q\u{8}\u{7F}"
    + "\u{202E}txt.exe\u{202C}\u{2066}x\u{2069}\u{200F}\u{200B}\u{61C}\u{FEFF}end"
  static let lines = line + "\r\u{85}\u{2028}next\n\tlast"

  /// The line inside a JSON string, in ASCII, so that a shell and YAML hand it on as it is.
  static var escaped: String {
    line.utf16.map { unit in
      (0x20..<0x7F).contains(unit) && unit != 0x22 && unit != 0x5C && unit != 0x27
        ? String(UnicodeScalar(UInt8(unit))) : "\\u" + String(format: "%04x", Int(unit))
    }.joined()
  }

  /// What of it reached a terminal; empty when nothing did.
  static func findings(in bytes: [UInt8], allowingSequences: Bool = false) -> [String] {
    guard let text = String(validating: bytes, as: UTF8.self) else { return ["bytes that are no UTF-8"] }
    if allowingSequences {
      return ["]0;title", "52;c;ZXZpbA==", "[6n"].filter {
        text.contains("\u{1B}\($0)") || text.contains("\u{9B}\($0)")
      }
        + findings(in: text.unicodeScalars.filter { $0.value > 0x7F })
    }
    return findings(in: text.unicodeScalars.filter { !["\n", "\r", "\t"].contains($0) })
  }

  private static func findings(in scalars: some Sequence<Unicode.Scalar>) -> [String] {
    Set(
      scalars.filter { scalar in
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
      }
    ).map { "U+" + String($0.value, radix: 16, uppercase: true) }.sorted()
  }
}
