import CNcurses
import Glibc
import TerminalCore

/// Puts a surface's changed cells into ncurses' screen, and lets ncurses send what differs.
@MainActor
struct CellPainter {
  /// What the screen shows; nil when that is not known.
  private(set) var presented: Surface?
  private let capabilities: TerminalCapabilities
  private var pairs: ColorPairs

  init(capabilities: TerminalCapabilities) {
    self.capabilities = capabilities
    pairs = ColorPairs(colors: capabilities.colors)
  }

  /// The next surface is sent whole.
  mutating func forget() {
    presented = nil
    clearok(nc_screen_window(), true)
  }

  mutating func paint(_ surface: Surface) {
    let former = presented.flatMap { $0.size == surface.size ? $0 : nil }
    var ink = QuietInk()
    for row in 0..<surface.size.rows {
      for column in 0..<surface.size.columns {
        let cell = surface[column, row]
        guard cell.width > 0, former?[column, row] != cell else { continue }
        put(cell, in: ink.style(for: cell), column, row)
      }
    }
    presented = surface
    place(surface.cursor)
    refresh()
  }

  private func place(_ cursor: Position?) {
    curs_set(cursor == nil ? 0 : 1)
    if let cursor { move(Int32(cursor.row), Int32(cursor.column)) }
  }

  private mutating func put(_ cell: Cell, in wanted: Style, _ column: Int, _ row: Int) {
    let style = wanted.mapped(toColors: capabilities.colors)
    let attributes = Self.attributes(style.attributes)
    let pair = pairs.pair(style.foreground, style.background)
    let text = capabilities.isUnicode ? cell.text : cell.asciiText
    var place = column
    for (characters, width) in WideText.pieces(of: text, columns: Int(cell.width)) {
      // The last place of the screen answers with an error although it is drawn: the cursor cannot go on.
      _ = nc_put(Int32(row), Int32(place), characters, attributes, pair)
      place += width
    }
  }

  private static func attributes(_ attributes: Attributes) -> UInt32 {
    var bits: UInt32 = 0
    if attributes.contains(.bold) { bits |= nc_bold() }
    if attributes.contains(.dim) { bits |= nc_dim() }
    if attributes.contains(.italic) { bits |= nc_italic() }
    if attributes.contains(.underline) { bits |= nc_underline() }
    if attributes.contains(.reverse) { bits |= nc_reverse() }
    return bits
  }
}
