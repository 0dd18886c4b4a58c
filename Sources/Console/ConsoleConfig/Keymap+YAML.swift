import BoundedYAML
import TerminalCore

extension Keymap {
  /// What a keymap file says besides its bindings.
  struct Header {
    var inherits: String?
  }

  static func header(_ document: inout YAMLDocument) -> Header {
    var header = Header()
    guard let root = document.root else { return header }
    for (key, value) in document.entries(of: root) {
      switch key {
      case "schema":
        if value.text != "keymap/1" { document.warn(key, "is \(value.shown), and this program reads keymap/1") }
      case "inherits": header.inherits = value.text
      case "scopes": break
      default: document.warn(key, "is not a part of a keymap: schema, inherits, scopes")
      }
    }
    return header
  }

  /// Puts the file's bindings over these; `commands` are the names that exist.
  mutating func overlay(_ document: inout YAMLDocument, commands: Set<String>) {
    guard let node = document.root?.last(where: { $0.name == "scopes" })?.value, !node.isNull else { return }
    guard let scopes = node.members else { return document.warn("scopes", "must be a mapping of scopes to keys") }
    for (name, value) in document.entries(of: scopes) {
      let path = "scopes.\(name)"
      guard let scope = KeymapScope(rawValue: name) else {
        let known = KeymapScope.allCases.map(\.rawValue).joined(separator: ", ")
        document.warn(path, "is not a scope: \(known)")
        continue
      }
      guard let keys = value.members else {
        if !value.isNull { document.warn(path, "must be a mapping of keys to commands") }
        continue
      }
      var reader = ScopeReader(keymap: self, scope: scope, commands: commands)
      reader.read(keys, after: [], at: path, &document)
      self = reader.keymap
    }
  }
}

/// Reads the keys of one scope.
private struct ScopeReader {
  var keymap: Keymap
  let scope: KeymapScope
  let commands: Set<String>
  /// What this file bound so far: a second binding that hides a first one is the file's mistake.
  var bound: Set<KeySequence> = []

  mutating func read(_ keys: [YAMLNode.Member], after prefix: [Key], at path: String, _ document: inout YAMLDocument) {
    for (notation, value) in document.entries(of: keys) {
      let place = "\(path).\(notation)"
      guard let own = KeySequence(notation: notation) else {
        document.warn(place, "is not a key: one character, a name such as ret or pgup, with C-, A- or S- before it")
        continue
      }
      let sequence = KeySequence(prefix + own.keys)
      if value.isNull {
        keymap.unbind(sequence, in: scope)
      } else if let nested = value.members {
        readPrefix(nested, sequence, at: place, &document)
      } else if let command = value.text {
        bind(sequence, to: command, at: place, &document)
      } else {
        document.warn(place, "must be a command, null, or a mapping with title and keys")
      }
    }
  }

  private mutating func readPrefix(
    _ nested: [YAMLNode.Member], _ sequence: KeySequence, at path: String, _ document: inout YAMLDocument
  ) {
    for (field, value) in document.entries(of: nested) {
      switch field {
      case "title": keymap.titles[sequence] = value.text
      case "keys":
        guard let keys = value.members else {
          document.warn("\(path).keys", "must be a mapping of keys to commands")
          continue
        }
        read(keys, after: sequence.keys, at: path, &document)
      default: document.warn("\(path).\(field)", "is not a part of a prefix: title, keys")
      }
    }
  }

  private mutating func bind(
    _ sequence: KeySequence, to command: String, at path: String, _ document: inout YAMLDocument
  ) {
    guard commands.contains(command) else { return document.warn(path, "'\(command)' is not a command") }
    let hidden = bound.first { $0 == sequence || $0.isLonger(than: sequence) || sequence.isLonger(than: $0) }
    if let hidden { document.warn(path, "takes the place of '\(hidden)', which this file binds too") }
    bound.insert(sequence)
    keymap.bind(sequence, to: command, in: scope)
  }
}
