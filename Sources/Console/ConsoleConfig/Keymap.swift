package import TerminalCore

/// Which command a key, or several one after the other, stands for.
package struct Keymap: Sendable, Hashable {
  package struct Continuation: Sendable, Hashable {
    package var key: Key
    /// Nil when the key is a prefix itself.
    package var command: String?
    package var title: String
  }

  package enum Match: Sendable, Hashable {
    case none
    case command(String)
    /// More keys are needed: what they may be, for a pop-up.
    case prefix(title: String, continuations: [Continuation])
  }

  package internal(set) var name: String
  var bindings: [KeymapScope: [KeySequence: String]] = [:]
  var titles: [KeySequence: String] = [:]

  init(name: String) { self.name = name }

  /// What the keys pressed so far mean, the scopes given from the most specific to the most general.
  package func match(_ keys: [Key], in scopes: [KeymapScope]) -> Match {
    let pressed = KeySequence(keys)
    var continuations: [Key: Continuation] = [:]
    for scope in scopes {
      let bound = bindings[scope] ?? [:]
      if continuations.isEmpty, let command = bound[pressed] { return .command(command) }
      for (sequence, command) in bound where sequence.isLonger(than: pressed) {
        let key = sequence.keys[keys.count]
        if continuations[key] != nil { continue }
        let isLast = sequence.keys.count == keys.count + 1
        let title = isLast ? "" : titles[KeySequence(Array(sequence.keys.prefix(keys.count + 1)))] ?? ""
        continuations[key] = Continuation(key: key, command: isLast ? command : nil, title: title)
      }
    }
    if continuations.isEmpty { return .none }
    return .prefix(
      title: titles[pressed] ?? "",
      continuations: continuations.values.sorted { $0.key.description < $1.key.description })
  }

  /// The ways to type a command, shortest first, for help and the bottom bar.
  package func sequences(for command: String, in scopes: [KeymapScope] = KeymapScope.allCases) -> [KeySequence] {
    var sequences: Set<KeySequence> = []
    for scope in scopes {
      for (sequence, name) in bindings[scope] ?? [:] where name == command { sequences.insert(sequence) }
    }
    return sequences.sorted { ($0.keys.count, $0.description) < ($1.keys.count, $1.description) }
  }

  /// Every binding of a scope, in the order of the keys' notation.
  package func bindings(in scope: KeymapScope) -> [(sequence: KeySequence, command: String)] {
    (bindings[scope] ?? [:]).map { ($0.key, $0.value) }
      .sorted { $0.sequence.description < $1.sequence.description }
  }

  /// Binds, and unbinds what the sequence makes unreachable: its own prefixes, and sequences that it begins.
  mutating func bind(_ sequence: KeySequence, to command: String, in scope: KeymapScope) {
    unbind(sequence, in: scope)
    for count in 1..<max(1, sequence.keys.count) {
      bindings[scope]?[KeySequence(Array(sequence.keys.prefix(count)))] = nil
    }
    bindings[scope, default: [:]][sequence] = command
  }

  mutating func unbind(_ sequence: KeySequence, in scope: KeymapScope) {
    guard let bound = bindings[scope] else { return }
    bindings[scope] = bound.filter { $0.key != sequence && !$0.key.isLonger(than: sequence) }
  }
}

extension KeySequence {
  /// Whether it begins with the other one and goes on.
  func isLonger(than other: KeySequence) -> Bool {
    keys.count > other.keys.count && keys.starts(with: other.keys)
  }
}
