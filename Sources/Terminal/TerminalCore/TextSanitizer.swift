/// The one door between what agents print and the screen: its output holds no scalar that could steer a terminal,
/// hide text, or take other columns on one terminal than on another.
///
/// Control characters become visible (`␛`), what is invisible or turns the reading direction is left out or becomes
/// `�`. Colour sequences (SGR, and the "erase to end of line" that grep and gcc put beside them) are left out without
/// a trace. The output is at most as long as three times the input and its tabs, and clean text is returned as it is.
package enum TextSanitizer {
  package struct Result: Sendable, Hashable {
    package var text: String
    /// Scalars that were left out or made visible; line breaks, tabs and colours do not count.
    package var replaced: Int
  }

  /// For lines of a transcript: line breaks stay (as line feeds), tabs become spaces up to the next stop.
  package static func multiLine(_ text: String, tabWidth: Int = 4) -> String {
    sanitize(text, keepsLines: true, tabWidth: tabWidth).text
  }

  /// For names, titles and list cells: a line break becomes a visible mark, a tab one space.
  package static func singleLine(_ text: String) -> String {
    sanitize(text, keepsLines: false, tabWidth: 1).text
  }

  /// Whether the scalar is text, or a mark on it, and not one that is replaced or left out.
  package static func keeps(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
    return switch ScalarClass(scalar.value) {
    case .text, .mark: true
    case .joiner, .emojiStyle, .lineBreak, .control, .invisible, .unsafe: false
    }
  }

  package static func sanitize(_ text: String, keepsLines: Bool, tabWidth: Int = 4) -> Result {
    var text = text
    let run = text.withUTF8 { bytes -> SanitizerRun? in
      if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F || ($0 == 0x0A && keepsLines) }) { return nil }
      var run = SanitizerRun(bytes, keepsLines: keepsLines, tabWidth: min(16, max(1, tabWidth)))
      run.run()
      return run
    }
    guard let run else { return Result(text: text, replaced: 0) }
    return Result(text: String(decoding: run.output, as: UTF8.self), replaced: run.replaced)
  }
}
