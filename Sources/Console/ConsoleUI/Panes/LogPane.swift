import ConsoleConfig
import ControlModel
import TerminalCore

/// A log, a line a row; what does not fit is cut off.
enum LogPane {
  static func draw(_ view: LogView, _ state: ConsoleState, into canvas: inout Canvas) {
    let bounds = canvas.surface.bounds
    let rect = Rect(column: 0, row: 0, columns: bounds.columns, rows: bounds.rows - 1)
    let mark: CleanText = view.isFollowing ? "following" : "\(view.top + 1)/\(view.lines.count)"
    let inner = canvas.frame(
      rect, title: "Log of “\(CleanText(untrusted: view.title).truncated(to: 40))” · \(mark)",
      border: .paneBorderFocused, ground: .text)
    let page = inner.rows
    let top = view.isFollowing ? max(0, view.lines.count - page) : view.top
    for (row, line) in view.lines.dropFirst(top).prefix(page).enumerated() {
      let place = inner.row(row)
      let time = view.showsTimes ? line.time.map { [Span(state.localTime.timeOfDay($0) + "  ", .textDim)] } ?? [] : []
      canvas.write(time + [Span(line.text, .text)], column: place.left, row: place.top, within: place)
    }
    if view.lines.isEmpty { canvas.emptyText([view.end ?? (view.isOpen ? "Nothing yet." : "Opening…")], in: inner) }
    drawBar(view, into: &canvas)
  }

  static func rows(_ size: Size) -> Int { max(1, size.rows - 3) }

  private static func drawBar(_ view: LogView, into canvas: inout Canvas) {
    let bar = canvas.surface.bounds.row(canvas.surface.size.rows - 1)
    canvas.fill(bar, .bar)
    var spans = [
      Span(" F", .barKey), Span(" follow  ", .bar), Span("t", .barKey), Span(" times  ", .bar),
      Span("↑ ↓", .barKey), Span(" scroll  ", .bar), Span("esc", .barKey), Span(" close  ", .bar),
    ]
    if let end = view.end { spans.append(Span(end, .bar)) }
    canvas.write(spans, column: bar.left, row: bar.top, within: bar)
  }
}
