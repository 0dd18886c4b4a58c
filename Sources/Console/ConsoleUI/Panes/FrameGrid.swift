package import TerminalCore

/// Frames that share edges: where lines meet, the joint that has all their arms.
package struct FrameGrid {
  private struct Arms: OptionSet {
    let rawValue: Int
    static let up = Arms(rawValue: 1)
    static let down = Arms(rawValue: 2)
    static let left = Arms(rawValue: 4)
    static let right = Arms(rawValue: 8)
  }

  private var cells: [Position: Arms] = [:]

  package init(_ rects: some Sequence<Rect>) {
    for rect in rects where rect.columns >= 2 && rect.rows >= 2 { add(rect) }
  }

  private mutating func add(_ rect: Rect) {
    for column in rect.left..<rect.right {
      let arms: Arms =
        column == rect.left ? .right : column == rect.right - 1 ? .left : [.left, .right]
      cells[Position(column: column, row: rect.top), default: []].formUnion(arms)
      cells[Position(column: column, row: rect.bottom - 1), default: []].formUnion(arms)
    }
    for row in rect.top..<rect.bottom {
      let arms: Arms = row == rect.top ? .down : row == rect.bottom - 1 ? .up : [.up, .down]
      cells[Position(column: rect.left, row: row), default: []].formUnion(arms)
      cells[Position(column: rect.right - 1, row: row), default: []].formUnion(arms)
    }
  }

  /// Draws all frames, and the edges of `focused` in its own style.
  package func draw(into surface: inout Surface, style: Style, focused: Rect?, focusedStyle: Style, glyphs: GlyphSet) {
    for (position, arms) in cells {
      let isFocused = focused.map { $0.contains(position) } ?? false
      surface.write(Self.glyph(arms, glyphs), at: position, style: isFocused ? focusedStyle : style)
    }
  }

  private static func glyph(_ arms: Arms, _ glyphs: GlyphSet) -> String {
    switch arms {
    case [.down, .right]: glyphs.topLeft
    case [.down, .left]: glyphs.topRight
    case [.up, .right]: glyphs.bottomLeft
    case [.up, .left]: glyphs.bottomRight
    case [.up, .down, .right]: glyphs.teeLeft
    case [.up, .down, .left]: glyphs.teeRight
    case [.down, .left, .right]: glyphs.teeTop
    case [.up, .left, .right]: glyphs.teeBottom
    case [.up, .down, .left, .right]: glyphs.cross
    case [.up, .down]: glyphs.vertical
    default: glyphs.horizontal
    }
  }
}
