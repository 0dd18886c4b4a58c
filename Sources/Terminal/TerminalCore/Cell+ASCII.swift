extension Cell {
  /// What to show where only ASCII can be shown: a likeness for marks and frames, `?` for everything else.
  package var asciiText: String {
    if text.utf8.count == 1 || text.isEmpty { return text }
    return Self.likenesses[text] ?? (width == 2 ? "??" : Self.plainLetter(text) ?? "?")
  }

  /// "é" without its accent.
  private static func plainLetter(_ text: String) -> String? {
    guard let first = text.unicodeScalars.first, first.isASCII else { return nil }
    return String(Character(first))
  }

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
