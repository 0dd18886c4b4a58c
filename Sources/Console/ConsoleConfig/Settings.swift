import BoundedYAML

/// What an operator sets in `console.yaml`.
package struct Settings: Sendable, Hashable {
  package enum Glyphs: String, Sendable, Hashable, CaseIterable {
    /// As the locale says.
    case auto
    case unicode, ascii
  }

  package var theme = "dark"
  package var keymap = "default"
  /// 0, 8, 16 or 256; nil takes what the terminal offers.
  package var colors: Int?
  package var glyphs = Glyphs.auto
  /// Milliseconds to wait after an escape byte for the rest of a key's sequence.
  package var escapeDelay = 25

  package init() {}

  init(document: inout YAMLDocument) {
    guard let root = document.root else { return }
    for (key, value) in document.entries(of: root) { read(key, value, &document) }
  }

  private mutating func read(_ key: String, _ value: YAMLNode, _ document: inout YAMLDocument) {
    switch key {
    case "theme": theme = value.text ?? theme
    case "keymap": keymap = value.text ?? keymap
    case "colors":
      if value.text == "auto" { return }
      guard let count = value.integer, [0, 8, 16, 256].contains(count) else {
        return document.warn(key, "\(value.shown) is none of auto, 0, 8, 16, 256")
      }
      colors = count
    case "glyphs":
      guard let choice = value.text.flatMap(Glyphs.init) else {
        return document.warn(key, "\(value.shown) is none of auto, unicode, ascii")
      }
      glyphs = choice
    case "escapeDelay": Self.read(value, into: &escapeDelay, 0...1000, key, &document)
    default: document.warn(key, "is not a setting: theme, keymap, colors, glyphs, escapeDelay")
    }
  }

  private static func read(
    _ value: YAMLNode, into setting: inout Int, _ range: ClosedRange<Int>, _ key: String, _ document: inout YAMLDocument
  ) {
    guard let number = value.integer, range.contains(number) else {
      return document.warn(key, "\(value.shown) is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    setting = number
  }
}
