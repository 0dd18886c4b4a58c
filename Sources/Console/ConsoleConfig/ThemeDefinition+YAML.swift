import BoundedYAML
import TerminalCore

extension ThemeDefinition {
  static let attributes: [String: Attributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  init(name: String, document: inout YAMLDocument) {
    self.init(name: name)
    guard let root = document.root else { return }
    var sections: [String: YAMLNode] = [:]
    for (key, value) in document.entries(of: root) {
      switch key {
      case "schema":
        if value.text != "theme/1" { document.warn(key, "is \(value.shown), and this program reads theme/1") }
      case "inherits": inherits = value.text
      case "palette", "roles": sections[key] = value
      default: document.warn(key, "is not a part of a theme: schema, inherits, palette, roles")
      }
    }
    if let node = sections["palette"] { readPalette(node, &document) }
    if let node = sections["roles"] { readRoles(node, &document) }
  }

  private mutating func readPalette(_ node: YAMLNode, _ document: inout YAMLDocument) {
    guard let mapping = node.members else { return document.warn("palette", "must be a mapping of names to colours") }
    for (name, value) in document.entries(of: mapping) {
      let path = "palette.\(name)"
      if let fields = value.members {
        var color = ThemeColor(.default)
        for (field, value) in document.entries(of: fields) {
          guard let parsed = value.text.flatMap(ThemeColor.color) else {
            document.warn("\(path).\(field)", "\(value.shown) is not a colour")
            continue
          }
          switch field {
          case "color": color.color = parsed
          case "ansi": color.ansi = parsed
          default: document.warn("\(path).\(field)", "is not a part of a colour: color, ansi")
          }
        }
        palette[name] = color
      } else if let color = value.text.flatMap(ThemeColor.color) {
        palette[name] = ThemeColor(color)
      } else {
        document.warn(path, "\(value.shown) is not a colour: #rrggbb, a name such as bright-red, or 0 to 255")
      }
    }
  }

  private mutating func readRoles(_ node: YAMLNode, _ document: inout YAMLDocument) {
    guard let mapping = node.members else { return document.warn("roles", "must be a mapping of roles to looks") }
    for (role, value) in document.entries(of: mapping) {
      let path = "roles.\(role)"
      guard Role.names.contains(role) else {
        document.warn(path, "is not a role that the console has")
        continue
      }
      if let fields = value.members {
        var looks = Looks()
        for (field, value) in document.entries(of: fields) {
          looks.read(field, value, at: path, &document)
        }
        roles[role] = looks
      } else if value.text != nil, !value.isNull {
        roles[role] = Looks(value.text)
      } else {
        document.warn(path, "must be a colour or a mapping with fg, bg and attributes")
      }
    }
  }
}

extension ThemeDefinition.Looks {
  fileprivate mutating func read(_ field: String, _ value: YAMLNode, at path: String, _ document: inout YAMLDocument) {
    switch field {
    case "fg": foreground = value.text
    case "bg": background = value.text
    default:
      guard let attribute = ThemeDefinition.attributes[field] else {
        return document.warn(
          "\(path).\(field)", "is not a part of a role: fg, bg, bold, dim, italic, underline, reverse")
      }
      guard let isOn = value.flag else {
        return document.warn("\(path).\(field)", "\(value.shown) is neither true nor false")
      }
      if isOn { on.insert(attribute) } else { off.insert(attribute) }
    }
  }
}

extension YAMLNode {
  /// For messages.
  var shown: String { text.map { "'\($0)'" } ?? "this" }
}
