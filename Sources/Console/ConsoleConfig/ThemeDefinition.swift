package import TerminalCore

/// What one theme file says; the rest comes from the theme that it inherits.
package struct ThemeDefinition: Sendable, Hashable {
  /// A role's looks as far as they are given; colours are names of the palette or notations.
  package struct Looks: Sendable, Hashable {
    package var foreground: String?
    package var background: String?
    package var on: Attributes = []
    package var off: Attributes = []

    package init(_ foreground: String? = nil, on background: String? = nil, _ attributes: Attributes = []) {
      self.foreground = foreground
      self.background = background
      self.on = attributes
    }

    mutating func overlay(_ other: Looks) {
      foreground = other.foreground ?? foreground
      background = other.background ?? background
      on = on.subtracting(other.off).union(other.on)
      off = off.subtracting(other.on).union(other.off)
    }
  }

  package var name: String
  package var inherits: String?
  package var palette: [String: ThemeColor]
  package var roles: [String: Looks]

  package init(
    name: String, inherits: String? = nil, palette: [String: ThemeColor] = [:], roles: [String: Looks] = [:]
  ) {
    self.name = name
    self.inherits = inherits
    self.palette = palette
    self.roles = roles
  }

  mutating func overlay(_ other: ThemeDefinition) {
    name = other.name
    palette.merge(other.palette) { $1 }
    for (role, looks) in other.roles { roles[role, default: Looks()].overlay(looks) }
  }
}
