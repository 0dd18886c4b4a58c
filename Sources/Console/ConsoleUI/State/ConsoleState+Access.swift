import ControlModel
import TerminalCore

/// Shells, terminals and logs: what an operator does with rights of their own.
extension ConsoleState {
  // MARK: Terminals

  /// Keys are held until the terminal is there: what is typed meanwhile must not reach a shell.
  mutating func openTerminal(_ kind: TerminalKind, _ session: Session) -> [ConsoleEffect] {
    accessNumber += 1
    let request = TerminalRequest(session: session.id, title: session.title, kind: kind, number: accessNumber)
    overlay = .opening(request)
    return [.openTerminal(request)]
  }

  mutating func openingKey(_ key: Key) -> [ConsoleEffect] {
    guard key == .escape else { return [] }
    overlay = nil
    say("Nothing was opened.")
    return []
  }

  /// Whether the operator still waits for it.
  func awaits(_ request: TerminalRequest) -> Bool {
    if case .opening(request) = overlay { return true }
    return false
  }

  mutating func terminalEnded(_ request: TerminalRequest, _ outcome: String) {
    if awaits(request) { overlay = nil }
    say("\(request.kind == .shell ? "The shell" : "The terminal") is closed: \(untrusted: outcome)")
  }

  // MARK: Logs

  mutating func openLog(_ session: Session) -> [ConsoleEffect] {
    accessNumber += 1
    overlay = .log(LogView(session, number: accessNumber))
    return [.followLog(session.id, number: accessNumber)]
  }

  mutating func take(_ lines: [LogLine], ofLog number: Int) {
    guard case .log(var view) = overlay, view.number == number else { return }
    view.take(lines, page: LogPane.rows(size))
    overlay = .log(view)
  }

  mutating func logEnded(_ number: Int, _ failure: ControlFailure?) {
    guard case .log(var view) = overlay, view.number == number else { return }
    view.end = failure.map { CleanText(untrusted: $0.description) } ?? "The log has ended."
    overlay = .log(view)
  }

  mutating func logKey(_ key: Key, _ view: LogView) -> [ConsoleEffect] {
    var view = view
    let page = LogPane.rows(size)
    switch key {
    case .character("t"): view.showsTimes.toggle()
    case .character("F"), .end, .character("G"): view.scroll(to: .max, page: page)
    case .escape, .character("q"), .character("L"):
      overlay = nil
      return [.endLog]
    default:
      guard let top = Self.scrolled(view.top, by: key, page: page - 1), top != view.top else { return [] }
      view.scroll(to: top, page: page)
    }
    overlay = .log(view)
    return []
  }

  // MARK: Contexts

  mutating func showContexts(_ contexts: [AccessContext]) {
    guard !contexts.isEmpty else { return say("The kubeconfig has no contexts.", .warning) }
    let names = contexts.map { $0.isChosen ? "\($0.name) (chosen)" : $0.name }.joined(separator: ", ")
    let chosen = contexts.first { $0.isChosen }
    say(
      chosen == nil
        ? "Shells and logs go by the cluster's own context, among: \(untrusted: names)"
        : "Shells and logs go by a chosen context: \(untrusted: names); `:context -` undoes that")
  }
}
