extension StringProtocol {
  /// Columns that the text takes on a screen.
  package var columns: Int {
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return utf8.count }
    return ScreenText(self).reduce(0) { $0 + $1.columns }
  }

  /// The longest beginning that fits, ending in `ellipsis` when something was cut off.
  package func truncated(toColumns limit: Int, ellipsis: String = "…") -> String {
    guard limit > 0 else { return "" }
    if utf8.count <= limit { return String(self) }
    let tail = ellipsis.columns
    var used = 0
    var cut = startIndex
    for piece in ScreenText(self) {
      if used + piece.columns > limit {
        return tail <= limit ? self[startIndex..<cut] + ellipsis : String(self[startIndex..<cut])
      }
      used += piece.columns
      if used + tail <= limit { cut = piece.text.endIndex }
    }
    return String(self)
  }

  /// Exactly that many columns: cut with an ellipsis, or filled up with spaces.
  package func fitted(toColumns limit: Int, alignment: TextAlignment = .leading, ellipsis: String = "…") -> String {
    let text = truncated(toColumns: limit, ellipsis: ellipsis)
    let padding = String(repeating: " ", count: Swift.max(0, limit - text.columns))
    return alignment == .leading ? text + padding : padding + text
  }
}

package enum TextAlignment: Sendable {
  case leading, trailing
}
