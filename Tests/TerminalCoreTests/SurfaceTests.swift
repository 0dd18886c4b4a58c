import SeededNumbers
import TerminalCore
import Testing

struct SurfaceTests {
  @Test("A wide character at the edge becomes a blank instead of a half")
  func edge() {
    var surface = Surface(size: Size(columns: 5, rows: 1))
    #expect(surface.write("日本語", at: .zero) == 5)
    #expect(surface.text() == "日本")
    #expect(surface[4, 0] == .blank())
  }

  @Test("Text that starts to the left of its rectangle is cut off there")
  func clip() {
    var surface = Surface(size: Size(columns: 8, rows: 2))
    surface.write("日本語", at: Position(column: -1, row: 0))
    #expect(surface.text() == " 本語\n")
    surface.write("abcdef", at: Position(column: 0, row: 1), within: Rect(column: 2, row: 1, columns: 3, rows: 1))
    #expect(surface.rows()[1] == "  cde")
    #expect(surface.write("x", at: Position(column: 0, row: 7)) == 0)
  }

  @Test("Half of a wide character is never left over")
  func overwriting() {
    var surface = Surface(size: Size(columns: 6, rows: 1))
    surface.write("日本語", at: .zero)
    surface.write("x", at: Position(column: 1, row: 0))
    surface.write("y", at: Position(column: 4, row: 0))
    #expect(surface.rows() == [" x本y"])
    surface.write("語", at: Position(column: 1, row: 0))
    #expect(surface.rows() == [" 語 y"])
  }

  @Test("Random writing leaves every wide cell with its right half and nothing else")
  func property() {
    var random = SeededNumbers(5)
    var surface = Surface(size: Size(columns: 12, rows: 3))
    for _ in 0..<3000 {
      let text = ["a", "日本", "é", "👩‍💻x", "\u{1B}[2J", "\u{301}"][Int.random(in: 0..<6, using: &random)]
      let place = Position(
        column: Int.random(in: -3...13, using: &random), row: Int.random(in: -1...3, using: &random))
      surface.write(text, at: place)
      if Bool.random(using: &random) { surface.fill(Rect(origin: place, size: Size(columns: 1, rows: 1))) }
      for row in 0..<3 {
        let widths = (0..<12).map { Int(surface[$0, row].width) }
        #expect(widths.reduce(0, +) == 12)
        for column in 0..<12 where widths[column] == 0 { #expect(widths[column - 1] == 2) }
        for column in 0..<12 {
          #expect(surface[column, row].text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x1B })
        }
      }
    }
  }

  @Test("A frame shows its title and note, in either set of glyphs")
  func box() {
    var surface = Surface(size: Size(columns: 20, rows: 3))
    surface.box(surface.bounds, title: "Teams", note: "3")
    #expect(
      surface.text() == """
        ┌─ Teams ────── 3 ─┐
        │                  │
        └──────────────────┘
        """)
    surface.box(surface.bounds, title: "A title that is long", glyphs: .ascii)
    #expect(
      surface.text() == """
        +- A title that ~ -+
        |                  |
        +------------------+
        """)
  }

  @Test("Styles can be looked at")
  func styles() {
    var surface = Surface(size: Size(columns: 3, rows: 1))
    surface.write("b", at: Position(column: 1, row: 0), style: Style(attributes: .bold))
    #expect(surface.styleMap().rows == [".a."])
    #expect(surface.styleMap().legend == ["a": Style(attributes: .bold)])
  }

  @Test("Lengths add up, keep their minimum and shrink from the end")
  func layout() {
    #expect(Layout.lengths(of: [.fixed(3), .share(), .share(2)], in: 12) == [3, 3, 6])
    #expect(Layout.lengths(of: [.share(1, minimum: 8), .share()], in: 10) == [8, 2])
    #expect(Layout.lengths(of: [.fixed(3), .share(1, minimum: 5), .fixed(2)], in: 6) == [3, 3, 0])
    #expect(Layout.lengths(of: [.share(1, maximum: 2), .share()], in: 10) == [2, 8])
  }
}
