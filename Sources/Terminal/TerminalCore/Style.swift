/// A colour as a theme names it; a device maps it to the nearest one that it has.
package enum Color: Sendable, Hashable {
  /// The terminal's own foreground or background.
  case `default`
  /// Of xterm's 256: 0 to 15 are the terminal's own palette, 16 to 231 a cube, 232 to 255 greys.
  case indexed(UInt8)
  case rgb(UInt8, UInt8, UInt8)
}

package struct Attributes: OptionSet, Sendable, Hashable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package static let bold = Attributes(rawValue: 1)
  package static let dim = Attributes(rawValue: 2)
  package static let italic = Attributes(rawValue: 4)
  package static let underline = Attributes(rawValue: 8)
  package static let reverse = Attributes(rawValue: 16)
}

package struct Style: Sendable, Hashable {
  package var foreground: Color
  package var background: Color
  package var attributes: Attributes

  package init(foreground: Color = .default, background: Color = .default, attributes: Attributes = []) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  package static let plain = Style()

  /// This style with what it leaves at its default taken from `base`: a role drawn on a selected row, say.
  package func layered(over base: Style) -> Style {
    Style(
      foreground: foreground == .default ? base.foreground : foreground,
      background: background == .default ? base.background : background,
      attributes: attributes.union(base.attributes))
  }
}
