import ConsoleConfig
import ControlModel
package import TerminalCore

/// What a search over all sessions found, two lines a hit: where and when, and the words around it.
package enum SearchPane {
  private static let linesPerHit = 2

  /// Hits that a screen has room for.
  package static func page(_ size: Size) -> Int { max(1, (size.rows - 6) / linesPerHit) }

  package static func draw(_ view: SearchView, _ state: ConsoleState, into canvas: inout Canvas) {
    let bounds = canvas.surface.bounds
    let team = view.team.map { CleanText(untrusted: $0.text) } ?? "all teams"
    let rect = Rect(column: 0, row: 1, columns: bounds.columns, rows: bounds.rows - 2)
    let inner = canvas.frame(rect, title: "Search · \(team)", border: .paneBorderFocused, ground: .text)
    canvas.labelledField("words ", view.line, in: inner.row(0), isFocused: true)
    drawHints(view, state, into: &canvas)
    let list = Rect(column: inner.left, row: inner.top + 2, columns: inner.columns, rows: inner.rows - 2)
    guard let hits = view.hits, !hits.isEmpty else { return canvas.emptyText(empty(view), in: list) }
    let page = page(bounds.size)
    let first = max(0, min(view.selected - page / 2, hits.count - page))
    for (index, hit) in hits.enumerated().dropFirst(first).prefix(page) {
      let top = list.top + (index - first) * linesPerHit
      let place = Rect(column: list.left, row: top, columns: list.columns, rows: linesPerHit)
      draw(hit, view, state, isSelected: index == view.selected, into: &canvas, place)
    }
    let count: CleanText = hits.count == SearchView.limit ? "the first \(hits.count)" : "\(hits.count) found"
    canvas.write(
      " \(view.selected + 1)/\(count) ", .textDim, in: rect.row(0).inset(columns: 2, rows: 0), alignment: .trailing)
  }

  private static func draw(
    _ hit: SearchHit, _ view: SearchView, _ state: ConsoleState, isSelected: Bool, into canvas: inout Canvas,
    _ place: Rect
  ) {
    let row = place.row(0)
    let title = CleanText(untrusted: hit.title).truncated(to: max(12, row.columns - 56))
    canvas.write(
      [
        Span("  \(state.localTime.dateAndTime(hit.time))  ", .transcriptTime),
        Span(title, isSelected ? .listSelected : .textBold),
        Span("  \(untrusted: hit.team.text)  \(untrusted: hit.kind.rawValue)  seq \(hit.seq)", .textDim),
      ], column: row.left, row: row.top, within: row)
    let below = place.row(1).inset(columns: 2, rows: 0)
    let excerpt = CleanText(untrusted: hit.excerpt).truncated(to: below.columns)
    canvas.write(excerpt, .text, in: below)
    for column in view.marks.flatMap({ excerpt.columns(of: $0) }) {
      let mark = Rect(column: below.left + column.lowerBound, row: below.top, columns: column.count, rows: 1)
      let style = canvas.theme[.searchMatch]
      canvas.surface.restyle(mark.intersection(below)) { $0 = style }
    }
    guard isSelected else { return }
    for line in 0..<linesPerHit {
      canvas.write("▌", .paneBorderFocused, column: place.left, row: place.top + line, within: place)
    }
  }

  private static func empty(_ view: SearchView) -> [CleanText] {
    if view.isLoading { return ["Searching…"] }
    if view.hits != nil {
      return ["Nothing was found.", "What was recorded in the last seconds may not be searchable yet."]
    }
    return [
      "Searches what every session said and did.", "\"two words\" are a phrase, -word leaves out, or is either.",
    ]
  }

  private static func drawHints(_ view: SearchView, _ state: ConsoleState, into canvas: inout Canvas) {
    guard state.notice == nil else { return }
    let bar = canvas.surface.bounds.row(canvas.surface.size.rows - 1)
    canvas.fill(bar, .bar)
    let enter: CleanText = view.isAnswered && view.selectedHit != nil ? " open there  " : " search  "
    canvas.write(
      [
        Span(" ⏎", .barKey), Span(enter, .bar), Span("↑ ↓", .barKey), Span(" choose  ", .bar), Span("esc", .barKey),
        Span(" close", .bar),
      ], column: bar.left, row: bar.top, within: bar, over: canvas.theme[.bar])
  }
}
