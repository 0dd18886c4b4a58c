package import TerminalCore

/// The looks of every role, for a terminal with a certain number of colours.
package struct Theme: Sendable, Hashable {
  package let name: String
  /// In the order of `Role.allCases`.
  private let styles: [Role: Style]

  package subscript(role: Role) -> Style { styles[role] ?? .plain }

  /// Colours that a role names and nobody defines are reported and left at the default.
  init(_ definition: ThemeDefinition, colors: Int, unknown: (_ role: String, _ color: String) -> Void) {
    name = definition.name
    for (role, looks) in definition.roles {
      for color in [looks.foreground, looks.background].compactMap({ $0 })
      where Self.color(color, definition.palette) == nil {
        unknown(role, color)
      }
    }
    var styles: [Role: Style] = [:]
    for role in Role.allCases { styles[role] = Self.style(of: role, definition, colors: colors) }
    self.styles = styles
  }

  private static func color(_ name: String?, _ palette: [String: ThemeColor]) -> ThemeColor? {
    guard let name else { return nil }
    return palette[name] ?? ThemeColor.color(notation: name).map { ThemeColor($0) }
  }

  private static func style(of role: Role, _ definition: ThemeDefinition, colors: Int) -> Style {
    var looks = ThemeDefinition.Looks()
    for name in Role.chain(of: role.rawValue) {
      if let own = definition.roles[name] { looks.overlay(own) }
    }
    var style = Style(
      foreground: color(looks.foreground, definition.palette)?.mapped(toColors: colors) ?? .default,
      background: color(looks.background, definition.palette)?.mapped(toColors: colors) ?? .default,
      attributes: looks.on)
    // Without colours, what stands on a ground of its own is told apart by reverse video.
    let ground = color(definition.roles["text"]?.background, definition.palette)?.color ?? .default
    let own = color(looks.background, definition.palette)?.color ?? .default
    if colors == 0, own != ground, !looks.off.contains(.reverse) { style.attributes.insert(.reverse) }
    return style
  }
}
