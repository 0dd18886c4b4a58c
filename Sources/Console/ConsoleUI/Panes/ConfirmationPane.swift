import ConsoleConfig
import ControlModel
import TerminalCore

/// Names what will be acted upon, says what survives, and asks.
package enum ConfirmationPane {
  package static func draw(_ question: Confirmation, _ state: ConsoleState, into canvas: inout Canvas) {
    let bounds = canvas.surface.bounds
    let columns = min(84, bounds.columns - 2)
    let fields = question.fields.count - 2
    let whole = facts(question, width: columns - 4, rows: bounds.rows)
    let room = bounds.rows - 1 - fields - 4
    let lines = whole.count <= room ? whole : fewFacts(question, width: columns - 4, rows: room)
    let rect = bounds.centered(Size(columns: columns, rows: min(bounds.rows - 1, lines.count + fields + 6)))
    let border: Role = question.isDestructive ? .dialogDanger : .paneBorderFocused
    let inner = canvas.frame(
      rect, title: "\(question.title) “\(untrusted: question.target.title)”?", border: border, ground: .dialog)
    let bottom = fields + 2
    for (line, spans) in lines.prefix(max(0, inner.rows - bottom)).enumerated() {
      let row = inner.row(line)
      canvas.write(spans, column: row.left, row: row.top, within: row, over: canvas.theme[.dialog])
    }
    drawFields(question, state, into: &canvas, inner)
  }

  private static func facts(_ question: Confirmation, width: Int, rows: Int) -> [[Span]] {
    let target = question.target
    let id = CleanText(untrusted: target.shortID)
    var lines: [[Span]] = [
      [
        Span("team ", .textDim), Span(CleanText(untrusted: target.team.text), .textBold), Span("   agent ", .textDim),
        Span(CleanText(untrusted: target.agent.text), .textBold),
        Span(" (\(untrusted: target.runtime.rawValue))", .textDim),
      ],
      [
        Span("session ", .textDim), Span(id, .textBold), Span("   generation ", .textDim),
        Span("\(target.generation)", .textBold), Span("   ", .textDim),
        Span("\(target.state.glyph) \(target.state.word)", target.state.role),
      ],
      [],
    ]
    if let request = question.request { lines += asked(request, width: width, room: rows - 16) + [[]] }
    lines += question.consequences.flatMap { $0.wrapped(to: width) }.map { [Span($0, .text)] }
    if let staleness = question.staleness {
      lines += [[]] + staleness.wrapped(to: width).map { [Span($0, .noticeWarning)] }
      let next: CleanText = question.request == nil ? "⏎ looks again   esc closes" : "⏎ or esc closes"
      lines.append([Span(next, .textDim)])
    }
    return lines
  }

  /// Where there is no room for all of them: what must be known first, and how much is left out.
  private static func fewFacts(_ question: Confirmation, width: Int, rows: Int) -> [[Span]] {
    var lines: [[Span]] = []
    if let staleness = question.staleness {
      lines += staleness.wrapped(to: width).prefix(2).map { [Span($0, .noticeWarning)] }
    }
    let target = question.target
    if let request = question.request {
      lines += asked(request, width: width, room: max(1, rows - lines.count - 3)).prefix(max(2, rows - lines.count - 1))
    }
    lines.append([
      Span(CleanText(untrusted: "\(target.team)/\(target.agent) "), .textBold),
      Span(CleanText(untrusted: target.shortID), .textDim), Span(" \(target.state.word)", target.state.role),
    ])
    let rest = question.consequences.flatMap { $0.wrapped(to: width) }
    let shown = max(0, rows - lines.count)
    lines += rest.prefix(rest.count > shown ? max(0, shown - 1) : shown).map { [Span($0, .text)] }
    if rest.count > shown, shown > 0 { lines.append([Span("… a larger window shows the rest", .noticeWarning)]) }
    return lines
  }

  /// The whole call, or as much of it as the window has room for and then how much is missing.
  private static func asked(_ request: Event, width: Int, room: Int) -> [[Span]] {
    let name = CleanText(untrusted: request.content.name ?? "tool")
    let text = CleanText.paragraphs(untrusted: request.text, width: width - 2, limit: 400)
    // The line that says how much is missing takes one, too.
    let shown = text.prefix(text.count <= max(1, room) ? max(1, room) : max(1, room - 1))
    var lines: [[Span]] = [[Span(name, .stateApproval), Span(" asks:", .textDim)]]
    lines += shown.map { [Span("│ ", .textDim), Span($0, .textBold)] }
    if shown.count < text.count {
      lines.append([Span("… \(text.count - shown.count) more lines: read them in the transcript", .noticeWarning)])
    }
    let call = CleanText(untrusted: request.content.callID ?? "none")
    return lines + ("call \(call) · seq \(request.seq)" as CleanText).wrapped(to: width).map { [Span($0, .textDim)] }
  }

  private static func drawFields(
    _ question: Confirmation, _ state: ConsoleState, into canvas: inout Canvas, _ inner: Rect
  ) {
    var row = inner.rows - 1
    let room = canvas.buttons(
      [
        ("Cancel", question.focus == .cancel, false),
        (question.title, question.focus == .confirm, question.isDestructive),
      ], in: inner.row(row))
    let hints: [CleanText] =
      question.isInGrace(at: state.now) ? ["…"] : ["tab next   y yes   n no", "y yes   n no", "y n"]
    if let hint = hints.first(where: { $0.width < room }) {
      canvas.write(hint, .textDim, in: inner.row(row), over: canvas.theme[.dialog])
    }
    row -= 2
    if question.asksReason {
      let label: CleanText = question.kind == .approve ? "answer   " : "reason   "
      canvas.labelledField(label, question.reason, in: inner.row(row), isFocused: question.focus == .reason)
      row -= 1
    }
    if question.asksTyping {
      canvas.labelledField("title/id ", question.typed, in: inner.row(row), isFocused: question.focus == .typed)
    }
  }
}
