extension Cell {
  /// What to show where only ASCII can be shown: a likeness for marks and frames, `?` for everything else.
  package var asciiText: String {
    if text.utf8.count == 1 || text.isEmpty { return text }
    return Self.likenesses[text] ?? (width == 2 ? "??" : Self.plainLetter(text) ?? "?")
  }

  /// "é" without its accent, however it is composed.
  private static func plainLetter(_ text: String) -> String? {
    if let letter = plainLetters[text] { return letter }
    guard let first = text.unicodeScalars.first, first.isASCII else { return nil }
    return String(Character(first))
  }

  /// Equal strings are canonically equivalent ones, so a composed letter is found by its parts.
  private static let plainLetters: [String: String] = {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    let marks = "\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308}\u{30A}\u{30B}\u{30C}\u{323}\u{327}\u{328}"
    var plain: [String: String] = [:]
    for letter in letters {
      for mark in marks.unicodeScalars { plain["\(letter)\(mark)"] = String(letter) }
    }
    return plain
  }()

  private static let likenesses: [String: String] = {
    let pairs =
      "─- ━- │| ┃| ┌+ ┐+ └+ ┘+ ├+ ┤+ ┬+ ┴+ ┼+ ╭+ ╮+ ╰+ ╯+ …~ ●* ○o ◐o ◌. ·. •* ▸> ▾v ▶> ▼v ◂< ◀< ◆+ ◇o ■# □o ▌| █# ░."
      + " ▲^ △^ ✓+ ✔+ ✗x ✘x ⚠! ‹< ›> «< »> “\" ”\" ‘' ’' –- —- →> ←< ↑^ ↓v ⏎< ␛^ ␊$ ×x ∙. ⏸= ⟳@ ↻@"
    return Dictionary(
      pairs.split(separator: " ").compactMap { pair in
        pair.last.map { (String(pair.dropLast()), String($0)) }
      }, uniquingKeysWith: { first, _ in first })
  }()
}
