import ConsoleConfig
import ControlModel
package import TerminalCore

package enum TranscriptPane {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    let isFocused = state.focus == .transcript
    let inner = rect.inset()
    guard let transcript = state.transcript, let session = state.list[transcript.session] else {
      canvas.title("Transcript", of: rect, isFocused: isFocused)
      return canvas.emptyText(["No session is selected."], in: inner)
    }
    canvas.title(
      "Transcript · \(untrusted: session.title)", note: note(transcript), of: rect, isFocused: isFocused)
    if transcript.rows.isEmpty { return canvas.emptyText(empty(transcript, session), in: inner) }
    for (line, row) in transcript.rows.prefix(inner.rows).enumerated() {
      draw(row, transcript, isCursor: isFocused && row.seq == transcript.cursor, into: &canvas, inner.row(line))
      if row.awaitsAnswer, session.state == .approval { drawAnswers(state, into: &canvas, inner.row(line)) }
    }
    drawLoading(transcript, into: &canvas, inner)
    drawGone(transcript, session, into: &canvas, inner)
  }

  /// Above the first event that is still there.
  private static func drawGone(
    _ transcript: Transcript, _ session: Session, into canvas: inout Canvas, _ rect: Rect
  ) {
    guard let gone = session.goneByTerm, transcript.loading == nil, let first = transcript.window.items.first?.seq,
      first <= session.keptFrom, transcript.rows.first?.seq == first
    else { return }
    canvas.write(" \(untrusted: gone) ", .noticeWarning, in: rect.row(0), alignment: .trailing)
  }

  private static func draw(
    _ row: TranscriptRow, _ transcript: Transcript, isCursor: Bool, into canvas: inout Canvas, _ rect: Rect
  ) {
    if isCursor { canvas.write("▎", .paneBorderFocused, column: rect.left, row: rect.top, within: rect) }
    if let time = row.time { canvas.write(time, .transcriptTime, column: rect.left + 2, row: rect.top, within: rect) }
    let trailing = row.trailing.reduce(0) { $0 + $1.text.width }
    let left = rect.left + ScreenLayout.transcriptMargin
    let body = Rect(column: left, row: rect.top, columns: rect.right - left - trailing - 1, rows: 1)
    canvas.write(row.spans, column: body.left, row: body.top, within: body)
    canvas.write(row.trailing, column: rect.right - trailing - 1, row: rect.top, within: rect)
    highlight(row, transcript.search, into: &canvas, body)
  }

  private static func drawAnswers(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    let spans = [CommandName.sessionApprove, .sessionDeny].flatMap { BottomBar.hint($0, state) }
    let room = Rect(
      column: rect.right - BottomBar.width(spans) - 2, row: rect.top, columns: BottomBar.width(spans) + 2, rows: 1
    ).intersection(rect)
    canvas.fill(room, .bar)
    canvas.write(spans, column: room.left + 2, row: room.top, within: room, over: canvas.theme[.bar])
  }

  private static func highlight(_ row: TranscriptRow, _ wanted: String, into canvas: inout Canvas, _ body: Rect) {
    guard !wanted.isEmpty else { return }
    let whole = row.spans.reduce(CleanText("")) { $0 + $1.text }
    let style = canvas.theme[.searchMatch]
    for place in whole.columns(of: wanted) {
      let hit = Rect(column: body.left + place.lowerBound, row: body.top, columns: place.count, rows: 1)
      canvas.surface.restyle(hit.intersection(body)) { $0 = style }
    }
  }

  private static func note(_ transcript: Transcript) -> [Span] {
    guard transcript.total > 0 else { return [] }
    let place: CleanText =
      transcript.cursor == 0 || transcript.cursor == transcript.total
      ? "seq \(transcript.total)" : "seq \(transcript.cursor)/\(transcript.total)"
    if transcript.isFollowing { return [Span("following ● ", .stateWorking), Span(place, .textDim)] }
    let fresh = transcript.newCount
    return (fresh > 0 ? [Span("\(fresh) new ↓ ", .noticeWarning)] : []) + [Span(place, .textDim)]
  }

  private static func drawLoading(_ transcript: Transcript, into canvas: inout Canvas, _ rect: Rect) {
    guard let loading = transcript.loading, loading != .all else { return }
    let isAtEdge = loading == .before ? transcript.rows.first?.seq == transcript.window.items.first?.seq : false
    guard isAtEdge else { return }
    canvas.write(" loading… ", .textDim, in: rect.row(0), alignment: .trailing)
  }

  private static func empty(_ transcript: Transcript, _ session: Session) -> [CleanText] {
    if transcript.loading != nil { return ["Loading…"] }
    if let gone = session.goneByTerm { return ["Nothing is left to be read:", "\(untrusted: gone)."] }
    return [
      "Nothing has happened yet.", "The session's state: \(session.state.word). \(untrusted: session.stateReason)",
    ]
  }
}
