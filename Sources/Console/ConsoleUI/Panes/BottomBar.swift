import ConsoleConfig
package import TerminalCore

/// The last line: what is being typed, else what was just answered, else what can be done.
package enum BottomBar {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    canvas.fill(rect, .bar)
    switch state.overlay {
    case .prompt(let prompt): drawPrompt(prompt, state, into: &canvas, rect)
    case .filter(let line, _): drawLine("filter: ", line, hint: "⏎ keep  esc undo", into: &canvas, rect)
    case .search(let line, _, _): drawLine("search: ", line, hint: "⏎ go  esc undo", into: &canvas, rect)
    default:
      if let notice = state.notice {
        drawNotice(notice, into: &canvas, rect)
      } else if state.overlay == nil {
        drawHints(state, into: &canvas, rect)
      }
    }
    if !state.pendingKeys.isEmpty { drawContinuations(state, into: &canvas) }
  }

  private static func drawNotice(_ notice: Notice, into canvas: inout Canvas, _ rect: Rect) {
    let role: Role =
      switch notice.level {
      case .info: .noticeInfo
      case .warning: .noticeWarning
      case .failure: .noticeError
      }
    canvas.fill(rect, role)
    let room = Rect(column: rect.left + 1, row: rect.top, columns: rect.columns - 2, rows: 1)
    canvas.write(notice.text, role, in: room)
  }

  // MARK: Lines being typed

  static func drawLine(
    _ label: CleanText, _ line: LineEditor, hint: CleanText, into canvas: inout Canvas, _ rect: Rect
  ) {
    canvas.fill(rect, .prompt)
    let used = canvas.write(label, .barKey, column: rect.left + 1, row: rect.top, within: rect) + 1
    let field = Rect(
      column: rect.left + used, row: rect.top, columns: rect.columns - used - hint.width - 3, rows: 1)
    canvas.edit(line, role: .prompt, in: field)
    canvas.write(hint, .textDim, in: rect.inset(columns: 1, rows: 0), alignment: .trailing, over: canvas.theme[.prompt])
  }

  private static func drawPrompt(
    _ prompt: Prompt, _ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect
  ) {
    drawLine(":", prompt.line, hint: "tab completes  ⏎ run  esc", into: &canvas, rect)
    let words = prompt.completions(themes: state.themeNames, keymaps: state.keymapNames)
    guard !prompt.line.isEmpty, !words.isEmpty, rect.top > 8 else { return }
    let first = prompt.candidate.map { max(0, $0 - 6) } ?? 0
    let shown = words.dropFirst(first).prefix(7)
    let box = Rect(column: 1, row: rect.top - shown.count, columns: min(70, rect.columns - 2), rows: shown.count)
    for (line, word) in shown.enumerated() {
      let row = box.row(line)
      let isChosen = prompt.candidate == first + line
      let ground: Role = isChosen ? .listSelected : .dialog
      canvas.fill(row, ground)
      let used = canvas.write(" \(untrusted: word)  ", ground, column: row.left, row: row.top, within: row)
      canvas.write(
        explanation(word), .textDim,
        in: Rect(column: row.left + max(28, used), row: row.top, columns: row.columns - max(28, used), rows: 1),
        over: canvas.theme[ground])
    }
  }

  private static func explanation(_ word: String) -> CleanText {
    if let command = CommandName(rawValue: word) { return CommandCatalogue.command(command)?.help ?? "" }
    return Prompt.words.first { $0.name == word }?.help ?? ""
  }

  // MARK: What can be done

  private static func drawHints(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    var column = rect.left + 1
    let help = hint(.helpOpen, state)
    let room = rect.columns - 2 - width(help)
    for name in names(state) where CommandCatalogue.command(name)?.disabledReason(state) == nil {
      let spans = hint(name, state)
      guard !spans.isEmpty, column + width(spans) <= room else { continue }
      column += canvas.write(spans, column: column, row: rect.top, within: rect, over: canvas.theme[.bar])
    }
    canvas.write(help, column: rect.right - width(help), row: rect.top, within: rect, over: canvas.theme[.bar])
  }

  static func hint(_ name: CommandName, _ state: ConsoleState) -> [Span] {
    guard let command = CommandCatalogue.command(name) else { return [] }
    let keys = state.keymap.sequences(for: name.rawValue, in: state.focus.scopes)
    guard let key = keys.min(by: { $0.description.count < $1.description.count }) else { return [] }
    return [
      Span(CleanText(untrusted: KeySequenceText(key.keys).text), .barKey), Span(" \(command.title)  ", .bar),
    ]
  }

  static func width(_ spans: [Span]) -> Int { spans.reduce(0) { $0 + $1.text.width } }

  /// The most wanted first; disabled ones are left out.
  private static func names(_ state: ConsoleState) -> [CommandName] {
    let acts: [CommandName] = [
      .sessionApprove, .sessionDeny, .sessionMessage, .sessionInterrupt, .sessionResume, .sessionRestart,
      .sessionSuspend, .sessionKill, .sessionPurge,
    ]
    switch state.focus {
    case .sandboxes: return [.listOpen] + acts + [.sessionStart, .filterOpen, .filterClear]
    case .transcript:
      return [
        .transcriptFollow, .sessionApprove, .sessionDeny, .sessionMessage, .transcriptFold, .transcriptSearch,
        .transcriptNextTurn, .transcriptNextError, .transcriptRaw, .sessionInterrupt, .paneZoom, .transcriptExport,
      ]
    case .teams: return [.listOpen, .paneNext, .filterOpen, .paneZoom, .promptOpen]
    case .secrets: return [.listOpen, .paneNext, .paneZoom, .promptOpen]
    }
  }

  private static func drawContinuations(_ state: ConsoleState, into canvas: inout Canvas) {
    guard case .prefix(let title, let continuations) = state.keymap.match(state.pendingKeys, in: state.focus.scopes)
    else { return }
    let bounds = canvas.surface.bounds
    let size = Size(columns: min(44, bounds.columns - 2), rows: min(continuations.count + 2, bounds.rows - 2))
    let rect = Rect(
      column: bounds.right - size.columns - 1, row: bounds.bottom - size.rows - 1, columns: size.columns,
      rows: size.rows)
    let keys = CleanText(untrusted: KeySequenceText(state.pendingKeys).text)
    let inner = canvas.frame(
      rect, title: title.isEmpty ? keys : "\(keys) · \(untrusted: title)", border: .paneBorderFocused, ground: .dialog)
    for (line, continuation) in continuations.prefix(inner.rows).enumerated() {
      let row = inner.row(line)
      let command = continuation.command.flatMap { CommandName(rawValue: $0) }.flatMap { CommandCatalogue.command($0) }
      canvas.write(
        [
          Span(CleanText(untrusted: KeySequenceText.name(continuation.key)), .barKey),
          Span("  \(command?.help ?? CleanText(untrusted: continuation.title))", .text),
        ], column: row.left, row: row.top, within: row, over: canvas.theme[.dialog])
    }
  }
}

extension Canvas {
  /// Text being edited on one line, scrolled so that the cursor is seen; the hardware cursor stands in it.
  mutating func edit(_ line: LineEditor, role: Role, in field: Rect, isFocused: Bool = true) {
    let before = CleanText(untrusted: line.textBeforeCursor).width
    let shift = max(0, before - field.columns + 1)
    let style = theme[role]
    surface.write(
      CleanText(untrusted: line.text).text, at: Position(column: field.left - shift, row: field.top), style: style,
      within: field)
    if isFocused, !field.isEmpty { surface.cursor = Position(column: field.left + before - shift, row: field.top) }
  }
}
