/// A grid of cells that panes draw into and devices show.
///
/// Drawing outside of it, or outside of the rectangle given, is cut off; a wide character is never drawn by half.
package struct Surface: Sendable, Hashable {
  package let size: Size
  /// Row by row.
  private(set) var cells: [Cell]
  /// Where the hardware cursor is shown; nowhere when nil.
  package var cursor: Position?

  package init(size: Size, style: Style = .plain) {
    self.size = size
    cells = Array(repeating: .blank(style), count: size.columns * size.rows)
  }

  package var bounds: Rect { Rect(size) }

  /// A blank outside of the bounds.
  package subscript(column: Int, row: Int) -> Cell {
    bounds.contains(Position(column: column, row: row)) ? cells[row * size.columns + column] : .blank()
  }

  package subscript(position: Position) -> Cell { self[position.column, position.row] }

  /// Writes one line and returns the columns used. The text must be sanitised; control characters are left out
  /// nevertheless. Text may start to the left of the rectangle: what is outside is cut off.
  @discardableResult
  package mutating func write(
    _ text: some StringProtocol, at position: Position, style: Style = .plain, within clip: Rect? = nil
  ) -> Int {
    let clip = (clip ?? bounds).intersection(bounds)
    guard position.row >= clip.top, position.row < clip.bottom else { return 0 }
    var column = position.column
    for piece in ScreenText(text) {
      if column >= clip.right { break }
      guard piece.columns > 0 else { continue }
      put(piece, at: Position(column: column, row: position.row), style: style, clip: clip)
      column += piece.columns
    }
    return Swift.min(column, clip.right) - position.column
  }

  private mutating func put(_ piece: ScreenText.Piece, at position: Position, style: Style, clip: Rect) {
    let last = position.column + piece.columns
    guard position.column >= clip.left, last <= clip.right else {
      for column in Swift.max(position.column, clip.left)..<Swift.max(Swift.min(last, clip.right), clip.left) {
        set(.blank(style), column, position.row)
      }
      return
    }
    set(Cell(text: String(piece.text), width: UInt8(piece.columns), style: style), position.column, position.row)
    if piece.columns == 2 { setContinuation(position.column + 1, position.row, style) }
  }

  /// Puts a cell, and blanks the other half of a wide character that it covers by half.
  private mutating func set(_ cell: Cell, _ column: Int, _ row: Int) {
    let index = row * size.columns + column
    let old = cells[index]
    if old.width == 0, column > 0 { cells[index - 1] = .blank(cells[index - 1].style) }
    if old.width == 2, column + 1 < size.columns { cells[index + 1] = .blank(cells[index + 1].style) }
    cells[index] = cell
  }

  private mutating func setContinuation(_ column: Int, _ row: Int, _ style: Style) {
    let index = row * size.columns + column
    if cells[index].width == 2, column + 1 < size.columns { cells[index + 1] = .blank(cells[index + 1].style) }
    cells[index] = .continuation(style)
  }

  /// Covers a rectangle with one character of one column.
  package mutating func fill(_ rect: Rect, with text: String = " ", style: Style = .plain) {
    let rect = rect.intersection(bounds)
    let cell = Cell(text: text, width: 1, style: style)
    for row in rect.top..<rect.bottom {
      for column in rect.left..<rect.right { set(cell, column, row) }
    }
  }

  /// Changes the style of what is there already: a selection, a search hit.
  package mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
    let rect = rect.intersection(bounds)
    for row in rect.top..<rect.bottom {
      for column in rect.left..<rect.right { change(&cells[row * size.columns + column].style) }
    }
  }
}
