package import ConsoleConfig
package import TerminalCore

/// A surface that takes only clean text, in the roles of a theme.
package struct Canvas {
  package var surface: Surface
  package let theme: Theme
  package let glyphs: GlyphSet

  package init(_ surface: Surface, theme: Theme, glyphs: GlyphSet) {
    self.surface = surface
    self.theme = theme
    self.glyphs = glyphs
  }

  /// Writes one line and returns the columns used.
  @discardableResult
  package mutating func write(
    _ text: CleanText, _ role: Role, column: Int, row: Int, within clip: Rect, over base: Style? = nil
  ) -> Int {
    let style = base.map { groundless(role).layered(over: $0) } ?? theme[role]
    return surface.write(
      drawable(text.text), at: Position(column: column, row: row), style: style, within: clip)
  }

  /// Writes text cut to the rectangle's first row; returns the columns used.
  @discardableResult
  package mutating func write(
    _ text: CleanText, _ role: Role, in rect: Rect, alignment: TextAlignment = .leading, over base: Style? = nil
  ) -> Int {
    let fitted = text.truncated(to: rect.columns)
    let column = alignment == .leading ? rect.left : rect.right - fitted.width
    return write(fitted, role, column: column, row: rect.top, within: rect, over: base)
  }

  /// Writes spans one after the other; returns the columns used.
  @discardableResult
  package mutating func write(_ spans: [Span], column: Int, row: Int, within clip: Rect, over base: Style? = nil) -> Int
  {
    var used = 0
    for span in spans {
      let room = max(0, clip.right - column - used)
      let text = span.text.truncated(to: room)
      used += write(text, span.role, column: column + used, row: row, within: clip, over: base)
    }
    return used
  }

  /// A role that stands on the ground of all text has none of its own, and shows the one it is written over.
  private func groundless(_ role: Role) -> Style {
    var style = theme[role]
    if style.background == theme[.text].background { style.background = .default }
    return style
  }

  package mutating func fill(_ rect: Rect, _ role: Role) { surface.fill(rect, style: theme[role]) }

  /// A frame with room inside, for what lies over the panes.
  package mutating func frame(_ rect: Rect, title: CleanText, border: Role, ground: Role) -> Rect {
    surface.fill(rect, style: theme[ground])
    surface.box(
      rect, title: drawable(title.text), style: theme[border].layered(over: theme[ground]), glyphs: glyphs)
    return rect.inset(columns: 2, rows: 1)
  }

  /// Without UTF-8 the signs of the screens become letters, and everything else a question mark.
  private func drawable(_ text: String) -> String {
    if glyphs.isUnicode || text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    return String(text.map { $0.isASCII ? $0 : Self.plainSigns[$0] ?? "?" })
  }

  private static let plainSigns: [Character: Character] = [
    "●": "*", "○": "o", "◌": ".", "✗": "x", "✓": "v", "×": "x", "‖": "=", "▸": ">", "▾": "v", "│": "|", "─": "-",
    "…": "~", "·": ".", "⏎": "$", "◂": "<", "▎": "|", "▌": ">", "↓": "v", "↑": "^", "“": "\"", "”": "\"", "‹": "<",
    "›": ">",
    "→": ">", "↳": ">", "⚠": "!", "█": "#", "▲": "^", "▼": "v", "–": "-",
  ]
}
