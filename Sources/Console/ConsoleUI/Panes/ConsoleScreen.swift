import ConsoleConfig
package import TerminalCore

/// The whole screen of a state; pure.
package enum ConsoleScreen {
  package static func draw(_ state: ConsoleState, into surface: inout Surface, glyphs: GlyphSet) {
    var canvas = Canvas(surface, theme: state.theme, glyphs: glyphs)
    canvas.fill(surface.bounds, .text)
    canvas.surface.cursor = nil
    if ScreenLayout.isTooSmall(surface.size) {
      drawTooSmall(surface.size, into: &canvas)
    } else {
      draw(state, into: &canvas)
    }
    surface = canvas.surface
  }

  private static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
    let layout = state.layout
    let focused = layout.panes[state.focus]
    FrameGrid(layout.panes.values).draw(
      into: &canvas.surface, style: canvas.theme[.paneBorder], focused: focused,
      focusedStyle: canvas.theme[.paneBorderFocused], glyphs: canvas.glyphs)
    HeaderPane.draw(state, into: &canvas, layout.header)
    if let rect = layout.panes[.teams] { TeamsPane.draw(state, into: &canvas, rect) }
    if let rect = layout.panes[.sandboxes] { SandboxesPane.draw(state, into: &canvas, rect) }
    if let rect = layout.panes[.transcript] { TranscriptPane.draw(state, into: &canvas, rect) }
    if let rect = layout.panes[.secrets] { SecretsPane.draw(state, into: &canvas, rect) }
    BottomBar.draw(state, into: &canvas, layout.bottom)
    OverlayPane.draw(state, into: &canvas)
  }

  private static func drawTooSmall(_ size: Size, into canvas: inout Canvas) {
    let words: CleanText = "The window is too small: \(size.columns)×\(size.rows), need 40×10."
    for (row, line) in words.wrapped(to: max(1, size.columns)).enumerated() {
      canvas.write(line, .text, column: 0, row: row, within: canvas.surface.bounds)
    }
  }
}

extension Canvas {
  /// A pane's name in its upper edge, and a note at the right end of it.
  mutating func title(_ title: CleanText, note: [Span] = [], of rect: Rect, isFocused: Bool) {
    let room = Rect(column: rect.left + 2, row: rect.top, columns: rect.columns - 4, rows: 1)
    let wanted = note.reduce(2) { $0 + $1.text.width }
    let noteWidth = note.isEmpty || wanted > room.columns - 12 ? 0 : wanted
    let name: CleanText = " \(title.truncated(to: max(0, room.columns - noteWidth - 3))) "
    write(name, isFocused ? .paneBorderFocused : .paneTitle, in: room)
    guard noteWidth > 0 else { return }
    let column = room.right - noteWidth
    write([Span(" ", .text)] + note + [Span(" ", .text)], column: column, row: rect.top, within: room)
  }

  /// A few lines in the middle of a pane that has nothing else to show.
  mutating func emptyText(_ lines: [CleanText], in rect: Rect) {
    let wrapped = lines.flatMap { $0.wrapped(to: max(4, rect.columns - 2)) }
    let top = max(0, (rect.rows - wrapped.count) / 3)
    for (index, line) in wrapped.enumerated() {
      let row = rect.row(top + index)
      guard !row.isEmpty else { return }
      write(line, index == 0 ? .text : .textDim, column: row.left + 1, row: row.top, within: row)
    }
  }
}
