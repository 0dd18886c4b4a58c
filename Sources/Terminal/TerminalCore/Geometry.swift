/// A cell's place: zero-based, from the top left corner.
package struct Position: Sendable, Hashable {
  package var column: Int
  package var row: Int

  package init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }

  package static let zero = Position(column: 0, row: 0)
}

/// An extent in cells; never negative.
package struct Size: Sendable, Hashable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }

  package static let zero = Size(columns: 0, rows: 0)
}

/// A rectangle of cells; the right and bottom edges are exclusive.
package struct Rect: Sendable, Hashable {
  package var origin: Position
  package var size: Size

  package init(origin: Position, size: Size) {
    self.origin = origin
    self.size = size
  }

  package init(column: Int, row: Int, columns: Int, rows: Int) {
    self.init(origin: Position(column: column, row: row), size: Size(columns: columns, rows: rows))
  }

  package init(_ size: Size) { self.init(origin: .zero, size: size) }

  package var left: Int { origin.column }
  package var top: Int { origin.row }
  package var right: Int { origin.column + size.columns }
  package var bottom: Int { origin.row + size.rows }
  package var columns: Int { size.columns }
  package var rows: Int { size.rows }
  package var isEmpty: Bool { size.columns == 0 || size.rows == 0 }

  package func contains(_ position: Position) -> Bool {
    position.column >= left && position.column < right && position.row >= top && position.row < bottom
  }

  /// The common part, which is empty when there is none.
  package func intersection(_ other: Rect) -> Rect {
    let left = max(left, other.left)
    let top = max(top, other.top)
    return Rect(
      column: left, row: top, columns: min(right, other.right) - left, rows: min(bottom, other.bottom) - top)
  }

  /// What a frame of that thickness leaves inside.
  package func inset(columns: Int = 1, rows: Int = 1) -> Rect {
    Rect(
      column: left + columns, row: top + rows, columns: size.columns - 2 * columns, rows: size.rows - 2 * rows)
  }

  /// One row of the rectangle, counted from its top; empty outside of it.
  package func row(_ index: Int) -> Rect {
    Rect(column: left, row: top + index, columns: columns, rows: index >= 0 && index < rows ? 1 : 0)
  }

  /// A rectangle of at most that size in the middle of this one, for dialogs.
  package func centered(_ inner: Size) -> Rect {
    let columns = min(inner.columns, size.columns)
    let rows = min(inner.rows, size.rows)
    return Rect(
      column: left + (size.columns - columns) / 2, row: top + (size.rows - rows) / 2, columns: columns, rows: rows)
  }
}
