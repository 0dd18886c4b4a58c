extension StringProtocol {
  /// Lines of at most `limit` columns: broken at line feeds, then at spaces, and inside a word only where the word
  /// alone is too long. Spaces at a break are left out; those at the beginning of a line of the text stay. Always at
  /// least one line.
  package func wrapped(toColumns limit: Int) -> [Substring] {
    let limit = Swift.max(1, limit)
    var lines: [Substring] = []
    for line in Substring(self).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.utf8.count <= limit {
        lines.append(line)
      } else {
        LineWrap(line: line, limit: limit).run(into: &lines)
      }
    }
    return lines
  }
}

/// Wraps one line, in one pass over it.
private struct LineWrap {
  let line: Substring
  let limit: Int
  private var start: Substring.Index
  private var used = 0
  /// The last place where the line can be broken: the end of the text before it, and the beginning of what follows.
  private var gap: (end: Substring.Index, next: Substring.Index, columns: Int)?
  private var hasWord = false

  init(line: Substring, limit: Int) {
    self.line = line
    self.limit = limit
    start = line.startIndex
  }

  consuming func run(into lines: inout [Substring]) {
    var previousIsSpace = false
    for piece in ScreenText(line) {
      let isSpace = piece.text == " "
      if used + piece.columns > limit, !isSpace || !hasWord { breakLine(before: piece.text.startIndex, into: &lines) }
      used += piece.columns
      if isSpace, hasWord {
        let end = previousIsSpace ? gap?.end ?? piece.text.startIndex : piece.text.startIndex
        gap = (end, piece.text.endIndex, used)
      }
      previousIsSpace = isSpace
      hasWord = hasWord || !isSpace
    }
    let end = previousIsSpace && used > limit ? gap?.end ?? line.endIndex : line.endIndex
    if start < end || lines.isEmpty { lines.append(line[start..<end]) }
  }

  private mutating func breakLine(before index: Substring.Index, into lines: inout [Substring]) {
    if let gap {
      lines.append(line[start..<gap.end])
      start = gap.next
      used -= gap.columns
    } else if start < index {
      lines.append(line[start..<index])
      start = index
      used = 0
    }
    gap = nil
    hasWord = start < index
  }
}
