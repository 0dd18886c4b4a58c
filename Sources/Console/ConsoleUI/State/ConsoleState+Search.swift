import ControlModel
import TerminalCore

/// The search over all sessions.
extension ConsoleState {
  mutating func openSearch(_ text: String = "") -> [ConsoleEffect] {
    var view = SearchView(text, team: list.team)
    let query = view.ask()
    overlay = .hits(view)
    return query.map { [.search($0)] } ?? []
  }

  mutating func hitsKey(_ key: Key, _ view: SearchView) -> [ConsoleEffect] {
    var view = view
    var effects: [ConsoleEffect] = []
    switch key {
    case .escape:
      overlay = nil
      return []
    case .enter:
      if view.isAnswered, let hit = view.selectedHit { return open(hit, marking: view.marks.first ?? "") }
      if !view.isLoading || view.asked != view.line.text.trimmingSpaces {
        effects = view.ask().map { [.search($0)] } ?? []
      }
    case .up, .control("p"): view.move(by: -1)
    case .down, .control("n"): view.move(by: 1)
    case .pageUp: view.move(by: -SearchPane.page(size))
    case .pageDown: view.move(by: SearchPane.page(size))
    default: guard view.line.handle(key) else { return [] }
    }
    overlay = .hits(view)
    return effects
  }

  mutating func searchAnswered(_ query: SearchQuery, _ hits: [SearchHit]?) {
    guard case .hits(var view) = overlay else { return }
    if let hits { view.take(hits, for: query) } else { view.fail() }
    overlay = .hits(view)
  }

  private mutating func open(_ hit: SearchHit, marking word: String) -> [ConsoleEffect] {
    guard list[hit.session] != nil else {
      say("“\(untrusted: hit.title)” is gone since it was found.", .warning)
      return [.loadSessions]
    }
    overlay = nil
    list.select(hit.session)
    // The end of the history, which opening a session asks for, is not what is wanted here.
    _ = show(.transcript)
    transcript?.search = word
    return transcript?.go(to: hit.seq) ?? []
  }
}
