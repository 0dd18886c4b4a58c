import ConsoleUI
import ControlModel
import TerminalCore

/// Somebody at the console: presses keys, lets time pass, and looks at the screen. The store behind is `events`.
struct Operator {
  var state: ConsoleState
  var time = Fixture.now
  /// What the console asked for and nobody has answered.
  var effects: [ConsoleEffect] = []
  var histories: [SessionID: [Event]]
  /// Whether the cursor counts as resting after each key.
  var rests = true
  /// Reads of the history are answered when the test says so.
  var answersLate = false
  private var late: [ConsoleEffect] = []

  init(
    _ columns: Int = 120, _ rows: Int = 40, sessions: [Session] = Fixture.sessions,
    histories: [SessionID: [Event]] = [Fixture.id(2): Fixture.events]
  ) {
    self.histories = histories
    state = Fixture.state(columns, rows)
    happen(.connectionChanged(.connected(latencyMilliseconds: 3)))
    happen(.coreChanged(holder: "demo/1"))
    happen(.teamsLoaded(Fixture.teams, agents: Fixture.agents))
    happen(.secretsLoaded(Fixture.secrets))
    happen(.sessionsLoaded(SessionListing(sessions)))
    happen(.tick)
  }

  mutating func happen(_ event: ConsoleEvent) {
    var todo = state.handle(event, at: time)
    while !todo.isEmpty {
      let effect = todo.removeFirst()
      if answersLate, case .loadEntries = effect {
        late.append(effect)
      } else if let answer = answer(effect) {
        todo += state.handle(answer, at: time)
      } else {
        effects.append(effect)
      }
    }
  }

  /// One of them, in any order.
  mutating func answerLate(_ random: inout some RandomNumberGenerator) {
    guard !late.isEmpty else { return }
    if let answer = answer(late.remove(at: Int.random(in: late.indices, using: &random))) { happen(answer) }
  }

  /// Reads of the history are answered as the store would.
  private func answer(_ effect: ConsoleEffect) -> ConsoleEvent? {
    switch effect {
    case .waitForRest(let session): return rests ? .cursorRested(session) : nil
    case .loadEntries(let session, let window, let limit):
      let found = Self.select(histories[session] ?? [], window, limit)
      return .entriesLoaded(session, window, limit: limit, found.map { TranscriptEntry($0) })
    case .loadUsage(let since):
      let spent = state.list.all.filter { $0.desired != .archived }.map(\.cost)
      return .usageLoaded(since: since, Usage(cost: spent.reduce(.zero) { $0 + $1 }))
    case .search(let query): return .hitsFound(query, hits(query))
    case .loadRecord(let session, let seq):
      return .recordLoaded(session, histories[session]?.first { $0.seq == seq })
    default: return nil
    }
  }

  private func hits(_ query: SearchQuery) -> [SearchHit] {
    histories.flatMap { id, events in
      events.filter { $0.text.contains(query.text) }.map { event in
        SearchHit(
          session: id, team: Fixture.name("engineering"), title: state.list[id]?.title ?? "gone", seq: event.seq,
          time: event.time, kind: event.kind, excerpt: event.text)
      }
    }
  }

  static func select(_ events: [Event], _ window: EventWindow, _ limit: Int) -> [Event] {
    switch window {
    case .after(let seq): Array(events.drop { $0.seq <= seq }.prefix(limit))
    case .before(let seq): Array(events.prefix { $0.seq < seq }.suffix(limit))
    case .last: events.suffix(limit)
    }
  }

  mutating func press(_ notation: String) {
    guard let sequence = KeySequence(notation: notation) else { preconditionFailure("no key: \(notation)") }
    for key in sequence.keys { happen(.key(key)) }
  }

  mutating func type(_ text: String) {
    for character in text { happen(.key(.character(character))) }
  }

  mutating func wait(_ seconds: Double) {
    time = time.advanced(bySeconds: seconds)
    happen(.tick)
  }

  func surface(_ glyphs: GlyphSet = .unicode) -> Surface {
    var surface = Surface(size: state.size)
    ConsoleScreen.draw(state, into: &surface, glyphs: glyphs)
    return surface
  }

  var screen: String { surface().text() }

  /// Operations that were asked for.
  var submitted: [OperationDraft] {
    effects.compactMap { effect in
      if case .submit(let draft) = effect { draft } else { nil }
    }
  }
}
