extension Surface {
  /// The four edges of a rectangle, with a title in the upper one and a note at its right end.
  package mutating func box(
    _ rect: Rect, title: String = "", note: String = "", style: Style = .plain, titleStyle: Style? = nil,
    glyphs: GlyphSet = .unicode
  ) {
    guard rect.columns >= 2, rect.rows >= 2 else { return }
    horizontalLine(rect.row(0), style: style, glyphs: glyphs)
    horizontalLine(rect.row(rect.rows - 1), style: style, glyphs: glyphs)
    verticalLine(Rect(column: rect.left, row: rect.top, columns: 1, rows: rect.rows), style: style, glyphs: glyphs)
    verticalLine(
      Rect(column: rect.right - 1, row: rect.top, columns: 1, rows: rect.rows), style: style, glyphs: glyphs)
    corners(rect, style: style, glyphs: glyphs)
    labels(rect, title: title, note: note, style: titleStyle ?? style, glyphs: glyphs)
  }

  private mutating func corners(_ rect: Rect, style: Style, glyphs: GlyphSet) {
    write(glyphs.topLeft, at: Position(column: rect.left, row: rect.top), style: style)
    write(glyphs.topRight, at: Position(column: rect.right - 1, row: rect.top), style: style)
    write(glyphs.bottomLeft, at: Position(column: rect.left, row: rect.bottom - 1), style: style)
    write(glyphs.bottomRight, at: Position(column: rect.right - 1, row: rect.bottom - 1), style: style)
  }

  private mutating func labels(_ rect: Rect, title: String, note: String, style: Style, glyphs: GlyphSet) {
    let room = rect.columns - 4
    guard room > 0 else { return }
    var used = 0
    if !title.isEmpty {
      let text = " \(title.truncated(toColumns: Swift.max(1, room - 2), ellipsis: glyphs.ellipsis)) "
      used = write(
        text, at: Position(column: rect.left + 2, row: rect.top), style: style, within: rect.inset(rows: 0))
    }
    let columns = note.columns + 2
    if !note.isEmpty, used + columns < room {
      write(" \(note) ", at: Position(column: rect.right - 2 - columns, row: rect.top), style: style)
    }
  }

  /// A line through the middle row that the rectangle has: its first.
  package mutating func horizontalLine(_ rect: Rect, style: Style = .plain, glyphs: GlyphSet = .unicode) {
    fill(
      Rect(column: rect.left, row: rect.top, columns: rect.columns, rows: Swift.min(1, rect.rows)),
      with: glyphs.horizontal, style: style)
  }

  package mutating func verticalLine(_ rect: Rect, style: Style = .plain, glyphs: GlyphSet = .unicode) {
    fill(
      Rect(column: rect.left, row: rect.top, columns: Swift.min(1, rect.columns), rows: rect.rows),
      with: glyphs.vertical, style: style)
  }

  /// Joins lines that meet at a place of a frame.
  package mutating func joint(_ glyph: String, at position: Position, style: Style = .plain) {
    write(glyph, at: position, style: style)
  }
}
