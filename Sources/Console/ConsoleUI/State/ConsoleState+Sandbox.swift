import ControlModel
import TerminalCore

/// The details of a sandbox.
extension ConsoleState {
  mutating func describe(_ session: Session) -> [ConsoleEffect] {
    overlay = .sandbox(SandboxView(session))
    return [.loadReport(session.id)]
  }

  mutating func take(_ report: StoredSandboxReport?, of session: SessionID) {
    guard case .sandbox(var view) = overlay, view.session == session else { return }
    view.take(report)
    overlay = .sandbox(view)
  }

  /// While it is looked at, the store says when there is more to tell.
  func refreshReport(_ changed: Set<SessionID>) -> [ConsoleEffect] {
    guard case .sandbox(let view) = overlay, changed.isEmpty || changed.contains(view.session) else { return [] }
    return [.loadReport(view.session)]
  }

  mutating func sandboxKey(_ key: Key, _ view: SandboxView) -> [ConsoleEffect] {
    var view = view
    let page = SandboxPane.rows(size)
    guard let top = Self.scrolled(view.top, by: key, page: page) else {
      overlay = nil
      return []
    }
    view.top = min(top, max(0, SandboxPane.lines(view, self, width: SandboxPane.columns(size)).count - page))
    overlay = .sandbox(view)
    return []
  }
}
