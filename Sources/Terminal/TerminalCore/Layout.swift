/// How much of a line of rows or columns one part takes.
package enum Extent: Sendable, Hashable {
  case fixed(Int)
  /// A part of what the fixed ones leave, by weight, within bounds.
  case share(Int = 1, minimum: Int = 0, maximum: Int = .max)
}

package enum Layout {
  /// Lengths that add up to no more than `total`. When there is too little, later parts shrink first.
  package static func lengths(of extents: [Extent], in total: Int) -> [Int] {
    var lengths = extents.map { extent in
      switch extent {
      case .fixed(let length): max(0, length)
      case .share(_, let minimum, _): max(0, minimum)
      }
    }
    var left = total - lengths.reduce(0, +)
    if left > 0 { distribute(&left, among: extents, into: &lengths) }
    shrink(&lengths, to: total)
    return lengths
  }

  /// Hands out cell by cell to whichever part is furthest below its weight: exact, and totals are small.
  private static func distribute(_ left: inout Int, among extents: [Extent], into lengths: inout [Int]) {
    while left > 0 {
      var best: (index: Int, ratio: Double)?
      for (index, extent) in extents.enumerated() {
        guard case .share(let weight, _, let maximum) = extent, weight > 0, lengths[index] < maximum else { continue }
        let ratio = Double(lengths[index]) / Double(weight)
        if best.map({ ratio < $0.ratio }) ?? true { best = (index, ratio) }
      }
      guard let best else { return }
      lengths[best.index] += 1
      left -= 1
    }
  }

  private static func shrink(_ lengths: inout [Int], to total: Int) {
    var left = max(0, total)
    for index in lengths.indices {
      lengths[index] = min(lengths[index], left)
      left -= lengths[index]
    }
  }
}

extension Rect {
  /// Parts side by side, left to right.
  package func splitColumns(_ extents: [Extent]) -> [Rect] {
    var column = left
    return Layout.lengths(of: extents, in: columns).map { length in
      defer { column += length }
      return Rect(column: column, row: top, columns: length, rows: rows)
    }
  }

  /// Parts one below the other, top to bottom.
  package func splitRows(_ extents: [Extent]) -> [Rect] {
    var row = top
    return Layout.lengths(of: extents, in: rows).map { length in
      defer { row += length }
      return Rect(column: left, row: row, columns: columns, rows: length)
    }
  }
}
