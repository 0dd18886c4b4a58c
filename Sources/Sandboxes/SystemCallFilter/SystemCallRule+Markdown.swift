extension SystemCallRule {
  /// A row of the table in `docs/jail.md`.
  package var markdown: String {
    let names =
      switch calls {
      case .named(let names): names.map { "`\($0)`" }.joined(separator: ", ")
      case .numbered(let range): "numbers \(range.lowerBound) to \(range.upperBound)"
      }
    return "| \(names)\(when.isEmpty ? "" : " \(when)") | `\(answer.rawValue)` | \(reason) |"
  }
}
