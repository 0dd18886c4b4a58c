import TerminalCore

/// Columns for people: as wide as their widest cell, cells cleaned and cut to what a reader can use, the last one never
/// padded. What is whole is JSON.
struct Table {
  var columns: [String]
  var rows: [[String]] = []

  /// Columns of a screen. Every row is padded to the widest cell, so that one cell costs all rows its width.
  static let widest = 120
  static let widestLast = 4000

  mutating func add(_ cells: String...) {
    rows.append(cells.enumerated().map { shown($1, isLast: $0 == columns.count - 1) })
  }

  private func shown(_ cell: String, isLast: Bool) -> String {
    let limit = isLast ? Self.widestLast : Self.widest
    // Cleaning reads all there is, and what is shown has at most some scalars a column.
    let most = 16 * limit
    let text = cell.utf8.count > most ? String(cell.unicodeScalars.prefix(most)) + "…" : cell
    return SafeText.line(text).truncated(toColumns: limit)
  }

  var text: String {
    let widths = columns.indices.map { index in
      ([columns] + rows).map { $0[index].columns }.max() ?? 0
    }
    return ([columns] + rows).map { line($0, widths) }.joined()
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = cells.enumerated().map { index, cell in
      index == cells.count - 1
        ? cell : cell + String(repeating: " ", count: widths[index] - cell.columns)
    }
    return padded.joined(separator: "  ") + "\n"
  }
}
