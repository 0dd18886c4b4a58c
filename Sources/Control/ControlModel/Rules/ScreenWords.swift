/// Words that a screen uses when somebody is needed, with `…` where the moment has its own. Whoever says them takes them
/// from here, and docs/runbook.md has a section for each of them, under these very words: a test compares the two.
package protocol ScreenWords: RawRepresentable<String>, CaseIterable, Sendable {}

extension ScreenWords {
  /// With the parts in their places, from left to right; a place without a part stays as it is. A part that is a whole
  /// sentence has its own full stop.
  package func told(_ parts: String...) -> String { told(parts) }

  package func told(_ parts: [String]) -> String {
    var rest = parts[...]
    return rawValue.reduce(into: "") { text, character in
      if character == "…", let part = rest.popFirst() {
        text += part
      } else if character != "." || text.last.map({ !".!?".contains($0) }) ?? true {
        text.append(character)
      }
    }
  }
}
