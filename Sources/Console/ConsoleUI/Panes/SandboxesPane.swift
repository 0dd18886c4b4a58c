import ConsoleConfig
import ControlModel
package import TerminalCore

/// The sessions, who needs a human first.
package enum SandboxesPane {
  package static func draw(_ state: ConsoleState, into canvas: inout Canvas, _ rect: Rect) {
    let team = state.list.team.map { CleanText(untrusted: $0.text) } ?? "all teams"
    canvas.title("Sandboxes · \(team)", note: note(state), of: rect, isFocused: state.focus == .sandboxes)
    let inner = rect.inset()
    guard !state.list.visible.isEmpty else { return canvas.emptyText(empty(state), in: inner) }
    let columns = Column.fitting(inner.columns)
    let places = inner.splitColumns(columns.map(\.extent))
    for (column, place) in zip(columns, places) {
      canvas.write(column.title, .listHeader, in: column.room(place.row(0)), alignment: column.alignment)
    }
    for (line, id) in state.list.visible.dropFirst(state.list.top).prefix(inner.rows - 1).enumerated() {
      guard let session = state.list[id] else { continue }
      draw(session, state, columns, places, line: line + 1, into: &canvas, inner)
    }
  }

  private static func draw(
    _ session: Session, _ state: ConsoleState, _ columns: [Column], _ places: [Rect], line: Int,
    into canvas: inout Canvas, _ inner: Rect
  ) {
    for (column, place) in zip(columns, places) {
      let span = column.span(session, state.now)
      canvas.write(span.text, span.role, in: column.room(place.row(line)), alignment: column.alignment)
    }
    guard session.id == state.list.selected, let title = columns.firstIndex(of: .title) else { return }
    let isFocused = state.focus == .sandboxes
    mark(Column.title.room(places[title].row(line)), in: inner.row(line), isFocused: isFocused, into: &canvas)
  }

  /// The selection is a mark at the edge and the ground of the title. To give and take the whole row a ground would be
  /// to send both rows whole, at each step of the cursor.
  private static func mark(_ title: Rect, in row: Rect, isFocused: Bool, into canvas: inout Canvas) {
    canvas.write("▌", isFocused ? .paneBorderFocused : .textDim, column: row.left, row: row.top, within: row)
    let style = canvas.theme[isFocused ? .listSelected : .listSelectedUnfocused]
    canvas.surface.restyle(title) { $0 = style }
  }

  private static func note(_ state: ConsoleState) -> [Span] {
    let list = state.list
    var spans: [Span] = []
    if !list.filter.isEmpty { spans.append(Span("/\(untrusted: list.filter)/ ", .searchMatch)) }
    if list.isOrderStale { spans.append(Span("order waits · ", .textDim)) }
    if let row = list.selectedRow { spans.append(Span("\(row + 1)/\(list.visible.count)", .textDim)) }
    return spans
  }

  private static func empty(_ state: ConsoleState) -> [CleanText] {
    if !state.list.isLoaded { return connectionHelp(state) }
    if !state.list.filter.isEmpty {
      return ["No session has all of “\(untrusted: state.list.filter)”.", "esc clears the filter."]
    }
    if state.teams.isEmpty, state.areTeamsLoaded {
      return [
        "No teams yet.", "A team owns agents, secrets and sessions. Make one:", "  paddock team create NAME",
        "then declare an agent for it:", "  paddock agent apply -f agent.yaml",
      ]
    }
    return ["No sessions here.", "c starts one of an agent.", "paddock import ~/.claude ~/.codex brings in history."]
  }

  private static func connectionHelp(_ state: ConsoleState) -> [CleanText] {
    switch state.connection {
    case .connected: return ["Loading sessions…"]
    case .connecting: return ["Connecting to \(state.storeName)…"]
    case .lost(let failure, let next, _):
      let wait = max(0, Int64(next.seconds(since: state.now).rounded(.up)))
      let hint = failure.hint.map { [CleanText(untrusted: $0)] } ?? []
      let advice = state.storeAdvice.map { [$0] } ?? []
      return [CleanText(untrusted: failure.summary)] + hint + advice + ["Trying again in \(wait)s."]
    }
  }
}

/// A column of the list; which are shown depends on the room there is.
private enum Column: CaseIterable {
  case state, title, agent, age, turns, tokens, cost, now

  static func fitting(_ columns: Int) -> [Column] {
    switch columns {
    case ..<62: [.state, .title, .age, .now]
    case ..<84: [.state, .title, .agent, .age, .cost, .now]
    default: allCases
    }
  }

  var title: CleanText {
    switch self {
    case .state: "  STATE"
    case .title: "SESSION"
    case .agent: "AGENT"
    case .age: "AGE"
    case .turns: "TURN"
    case .tokens: "TOKENS"
    case .cost: "COST"
    case .now: "NOW"
    }
  }

  var extent: Extent {
    switch self {
    case .state: .fixed(14)
    case .title: .share(4, minimum: 14)
    case .agent: .share(2, minimum: 10, maximum: 18)
    case .age: .fixed(6)
    case .turns: .fixed(6)
    case .tokens: .fixed(8)
    case .cost: .fixed(9)
    case .now: .share(5, minimum: 12)
    }
  }

  var alignment: TextAlignment {
    switch self {
    case .age, .turns, .tokens, .cost: .trailing
    case .state, .title, .agent, .now: .leading
    }
  }

  /// One column stays free on the side of the neighbour.
  func room(_ rect: Rect) -> Rect {
    let left = self == .now ? 2 : self == .state ? 1 : 0
    return Rect(column: rect.left + left, row: rect.top, columns: rect.columns - left - 1, rows: rect.rows)
  }

  func span(_ session: Session, _ now: Timestamp) -> Span {
    switch self {
    case .state: Span("\(session.state.glyph) \(session.state.word)", session.state.role)
    case .title:
      session.foreign == nil
        ? Span(CleanText(untrusted: session.title), .text) : Span("◇ \(untrusted: session.title)", .textDim)
    case .agent: Span(CleanText(untrusted: session.agent.text), .textDim)
    case .age: Span(Quantity.age(now.seconds(since: session.stateSince)), .text)
    case .turns: Span(CleanText(untrusted: session.turns.description), .textDim)
    case .tokens: Span(Quantity.count(session.tokens.total), .textDim)
    case .cost: Span(Quantity.cost(session.cost), .textDim)
    case .now: Span(CleanText(untrusted: doing(session)), .text)
    }
  }

  /// What the agent does; for the ended and the stuck, why.
  private func doing(_ session: Session) -> String {
    switch session.state {
    case .killed, .suspended: session.stateReason
    case .failed, .stalled, .paused, .unknown, .finished:
      session.stateReason.isEmpty ? session.now : session.stateReason
    default: session.now.isEmpty ? session.stateReason : session.now
    }
  }
}
