// The notation of keymaps and tests: "q", "C-k", "A-x", "S-tab", "ret", "f1"; a sequence has a space between: "g t".

extension Key: CustomStringConvertible {
  private static let names: [(name: String, code: Code)] = [
    ("ret", .enter), ("esc", .escape), ("tab", .tab), ("backspace", .backspace), ("del", .delete),
    ("ins", .insert), ("up", .up), ("down", .down), ("left", .left), ("right", .right), ("home", .home),
    ("end", .end), ("pgup", .pageUp), ("pgdn", .pageDown), ("space", .character(" ")), ("minus", .character("-")),
  ]

  private static let prefixes: [(prefix: String, modifier: Modifiers)] = [
    ("C-", .control), ("A-", .alt), ("S-", .shift),
  ]

  /// Nil when the notation is not understood.
  package init?(notation: String) {
    var rest = Substring(notation)
    var modifiers: Modifiers = []
    while let (prefix, modifier) = Self.prefixes.first(where: { rest.hasPrefix($0.prefix) }),
      rest.count > prefix.count
    {
      guard modifiers.insert(modifier).inserted else { return nil }
      rest.removeFirst(prefix.count)
    }
    guard let code = Self.code(String(rest)) else { return nil }
    if case .character(let character) = code {
      // A terminal sends one and the same byte for C-k and C-K, and no shift with a character.
      guard !modifiers.contains(.shift) else { return nil }
      if modifiers.contains(.control), character.isUppercase { return nil }
    }
    self.init(code, modifiers)
  }

  private static func code(_ name: String) -> Code? {
    if let named = names.first(where: { $0.name == name }) { return named.code }
    if name.count == 1, let character = name.first, !character.isWhitespace { return .character(character) }
    if name.first == "f", let number = Int(name.dropFirst()), (1...24).contains(number), !name.hasPrefix("f0") {
      return .function(number)
    }
    return nil
  }

  /// The notation that `init(notation:)` reads.
  package var description: String {
    let modified = Self.prefixes.filter { modifiers.contains($0.modifier) }.map(\.prefix).joined()
    return modified + name
  }

  private var name: String {
    if case .function(let number) = code { return "f\(number)" }
    if code == .character("-"), modifiers.isEmpty { return "-" }
    if let named = Self.names.first(where: { $0.code == code }) { return named.name }
    if case .character(let character) = code { return String(character) }
    return "?"
  }
}

/// Keys pressed one after the other: a command's binding, or a prefix of one.
package struct KeySequence: Sendable, Hashable, CustomStringConvertible {
  package var keys: [Key]

  package init(_ keys: [Key]) { self.keys = keys }

  /// Nil when a key's notation is not understood, or there is none.
  package init?(notation: String) {
    var keys: [Key] = []
    for word in notation.split(separator: " ") {
      guard let key = Key(notation: String(word)) else { return nil }
      keys.append(key)
    }
    guard !keys.isEmpty else { return nil }
    self.keys = keys
  }

  package var description: String { keys.map(\.description).joined(separator: " ") }
}
