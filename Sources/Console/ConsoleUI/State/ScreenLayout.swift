package import TerminalCore

/// Where everything is on a screen of a size; pure, and shared by drawing and by paging.
package struct ScreenLayout: Sendable, Hashable {
  package static let minimum = Size(columns: 40, rows: 10)

  package let header: Rect
  package let bottom: Rect
  /// The panes that are shown, with their borders.
  package let panes: [Pane: Rect]

  /// `rows` is what the longer list at the top has: it gets no more room than it fills. Rounded up, so that a session
  /// more or less moves nothing; nil gives the lists all that they may have.
  package init(size: Size, focus: Pane, isZoomed: Bool, rows: Int? = nil) {
    let screen = Rect(size)
    header = screen.row(0)
    bottom = screen.row(size.rows - 1)
    let body = Rect(column: 0, row: 1, columns: size.columns, rows: size.rows - 2)
    if isZoomed {
      panes = [focus: body]
      return
    }
    // A narrow screen has room for the side column only while it is used.
    let hasSide = size.columns >= 100 || focus == .teams || focus == .secrets
    let side = hasSide ? min(28, max(20, size.columns / 5)) : 0
    let most = max(4, min(body.rows - 4, body.rows * 2 / 5))
    // Two borders and the line of column names come on top of the rows.
    let upper = rows.map { min(most, max(8, ($0 + 3 + 3) / 4 * 4)) } ?? most
    // Borders are shared: panes overlap by one column and one row.
    let left = hasSide ? side - 1 : 0
    var rects: [Pane: Rect] = [
      .sandboxes: Rect(column: left, row: body.top, columns: body.columns - left, rows: upper),
      .transcript: Rect(
        column: left, row: body.top + upper - 1, columns: body.columns - left, rows: body.rows - upper + 1),
    ]
    if hasSide {
      rects[.teams] = Rect(column: 0, row: body.top, columns: side, rows: upper)
      rects[.secrets] = Rect(column: 0, row: body.top + upper - 1, columns: side, rows: body.rows - upper + 1)
    }
    panes = rects
  }

  package static func isTooSmall(_ size: Size) -> Bool {
    size.columns < minimum.columns || size.rows < minimum.rows
  }

  /// Rows of sessions, below the line of column names.
  package var listHeight: Int { max(1, (panes[.sandboxes]?.rows ?? 4) - 3) }

  /// Columns for the time of day at the left of the transcript, and a mark.
  package static let transcriptMargin = 12

  package var transcriptSize: Size? {
    panes[.transcript].map { Size(columns: max(8, $0.columns - 3 - Self.transcriptMargin), rows: max(1, $0.rows - 2)) }
  }
}
