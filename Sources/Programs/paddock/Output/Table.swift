import TerminalCore

/// Columns for people: as wide as their widest cell, cells cleaned, the last one never padded.
struct Table {
  var columns: [String]
  var rows: [[String]] = []

  mutating func add(_ cells: String...) {
    rows.append(cells.map(SafeText.line))
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
