import ConsoleConfig
import ControlModel
import TerminalCore

/// What lies over the panes.
package enum OverlayPane {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas) {
    switch state.overlay {
    case .confirmation(let question): ConfirmationPane.draw(question, state, into: &canvas)
    case .composer(let composer): drawComposer(composer, into: &canvas)
    case .start(let form): drawStart(form, into: &canvas)
    case .help(let view): HelpPane.draw(view, state, into: &canvas)
    case .record(let view): drawRecord(view, into: &canvas)
    case .hits(let view): SearchPane.draw(view, state, into: &canvas)
    case .sandbox(let view): SandboxPane.draw(view, state, into: &canvas)
    case .opening(let request): drawOpening(request, into: &canvas)
    case .log(let view): LogPane.draw(view, state, into: &canvas)
    case .none, .prompt, .filter, .search: break
    }
  }

  // MARK: Message

  private static func drawComposer(_ composer: Composer, into canvas: inout Canvas) {
    let bounds = canvas.surface.bounds
    let width = bounds.columns - 4
    let lines = wrapped(composer.text.text, width: width)
    let room = max(3, min(lines.count, bounds.rows / 2))
    let rect = Rect(column: 0, row: bounds.bottom - room - 3, columns: bounds.columns, rows: room + 2)
    let inner = canvas.frame(
      rect, title: "Message to “\(untrusted: composer.title)” · team \(untrusted: composer.team.text)",
      border: .paneBorderFocused, ground: .dialog)
    let before = wrapped(composer.text.textBeforeCursor, width: width)
    let cursorLine = before.count - 1
    let top = max(0, cursorLine - inner.rows + 1)
    for (line, text) in lines.dropFirst(top).prefix(inner.rows).enumerated() {
      canvas.write(text, .dialog, in: inner.row(line))
    }
    canvas.surface.cursor = Position(
      column: inner.left + min(before.last?.width ?? 0, inner.columns - 1), row: inner.top + cursorLine - top)
    let bar = canvas.surface.bounds.row(bounds.rows - 1)
    canvas.fill(bar, .bar)
    canvas.write(
      [
        Span(" ⏎", .barKey), Span(" send  ", .bar), Span("M-⏎", .barKey), Span(" new line  ", .bar),
        Span("esc", .barKey), Span(" keep the draft and close", .bar),
      ], column: bar.left, row: bar.top, within: bar)
  }

  /// Typed text cut into screen lines without moving words about, so that the cursor's place is plain arithmetic.
  private static func wrapped(_ text: String, width: Int) -> [CleanText] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).flatMap { line -> [CleanText] in
      var lines: [CleanText] = []
      var current = ""
      for character in line {
        if CleanText(untrusted: current + String(character)).width > max(1, width) {
          lines.append(CleanText(untrusted: current))
          current = ""
        }
        current.append(character)
      }
      return lines + [CleanText(untrusted: current)]
    }
  }

  // MARK: Start

  private static func drawStart(_ form: StartForm, into canvas: inout Canvas) {
    let rect = canvas.surface.bounds.centered(Size(columns: 72, rows: 10))
    let inner = canvas.frame(rect, title: "Start a session", border: .paneBorderFocused, ground: .dialog)
    let agent = form.agent
    var ground = canvas.theme[.dialog]
    if form.focus == .agent { ground = canvas.theme[.listSelected] }
    canvas.write("agent    ", .textDim, in: inner.row(1), over: canvas.theme[.dialog])
    let choice: CleanText =
      "‹ \(untrusted: agent.name.text) › of \(untrusted: agent.team.text) · \(untrusted: agent.spec.runtime.rawValue)"
      + " · \(form.chosen + 1)/\(form.agents.count)"
    canvas.write(choice, .text, in: field(inner.row(1)), over: ground)
    canvas.labelledField("title    ", form.title, in: inner.row(2), isFocused: form.focus == .title)
    canvas.labelledField("message  ", form.message, in: inner.row(3), isFocused: form.focus == .message)
    canvas.write(
      "tab next field   ← → choose an agent   esc close", .textDim, in: inner.row(5), over: canvas.theme[.dialog])
    canvas.buttons(
      [("Cancel", form.focus == .cancel, false), ("Start", form.focus == .start, false)], in: inner.row(7))
  }

  private static func field(_ row: Rect) -> Rect {
    Rect(column: row.left + 9, row: row.top, columns: row.columns - 9, rows: 1)
  }

  // MARK: Terminals

  private static func drawOpening(_ request: TerminalRequest, into canvas: inout Canvas) {
    let rect = canvas.surface.bounds.centered(Size(columns: 64, rows: 7))
    let inner = canvas.frame(
      rect, title: request.kind == .shell ? "Opening a shell…" : "Attaching…", border: .paneBorderFocused,
      ground: .dialog)
    canvas.write("“\(untrusted: request.title)”", .dialog, in: inner.row(1))
    canvas.write(
      [
        Span("^]", .barKey), Span(" leaves it and comes back here   ", .text), Span("esc", .barKey),
        Span(" gives up", .text),
      ],
      column: inner.left, row: inner.row(3).top, within: inner, over: canvas.theme[.dialog])
  }

  // MARK: Record

  private static func drawRecord(_ view: RecordView, into canvas: inout Canvas) {
    let rect = canvas.surface.bounds.inset(columns: canvas.surface.size.columns >= 100 ? 6 : 1, rows: 1)
    let inner = canvas.frame(
      rect, title: "Record of seq \(view.seq) · ↑ ↓ scroll · esc close", border: .paneBorderFocused, ground: .dialog)
    guard let lines = view.lines else {
      canvas.write("Loading…", .textDim, in: inner.row(0), over: canvas.theme[.dialog])
      return
    }
    var row = 0
    for line in lines.dropFirst(view.top) {
      for part in line.wrapped(to: inner.columns) {
        guard row < inner.rows else { return }
        canvas.write(part, .dialog, in: inner.row(row))
        row += 1
      }
    }
  }
}

extension Canvas {
  /// A line of text with its label; the field is 9 columns in.
  mutating func labelledField(_ label: CleanText, _ line: LineEditor, in row: Rect, isFocused: Bool) {
    write(label, .textDim, in: row, over: theme[.dialog])
    let field = Rect(column: row.left + label.width, row: row.top, columns: row.columns - label.width, rows: 1)
    fill(field, .prompt)
    edit(line, role: .prompt, in: field, isFocused: isFocused)
  }

  /// Buttons at the right; the chosen one is marked by brackets as well as by colour. Returns the columns that are left
  /// of them.
  @discardableResult
  mutating func buttons(
    _ buttons: [(title: CleanText, isFocused: Bool, isDangerous: Bool)], in row: Rect
  ) -> Int {
    var column = row.right
    for button in buttons.reversed() {
      let text: CleanText = button.isFocused ? "▸ \(button.title) ◂" : "  \(button.title)  "
      column -= text.width + 1
      let role: Role = button.isFocused ? .listSelected : button.isDangerous ? .dialogDanger : .dialog
      write(text, role, column: column, row: row.top, within: row)
    }
    return max(0, column - row.left)
  }
}
