import ConsoleConfig
import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// What is red in the header is of `HeaderAlarm`, and all of that can be red.
@Suite struct HeaderAlarmTests {
  @Test func everythingRedIsOfTheCatalogueAndAllOfItIsShown() {
    var shown: Set<HeaderAlarm> = []
    for columns in [80, 240] {
      for user in Self.users(columns) {
        for text in Self.red(user) {
          // Short words fit the long ones, too: those that say most are meant.
          let words = HeaderAlarm.allCases.filter { Self.fits(text, $0) }.max { $0.rawValue.count < $1.rawValue.count }
          #expect(words != nil, "“\(text)” is red, and no words of the catalogue")
          if let words { shown.insert(words) }
        }
      }
    }
    #expect(Set(HeaderAlarm.allCases).subtracting(shown) == [])
  }

  private static func users(_ columns: Int) -> [Operator] {
    let states: [SessionState] = [.approval, .failed, .unknown]
    let sessions = states.enumerated().map { Fixture.session($0 + 1, "task", $1) }
    func user(_ events: ConsoleEvent...) -> Operator {
      var user = Operator(columns, 40, sessions: sessions)
      for event in events { user.happen(event) }
      return user
    }
    let failure = ControlFailure(.unavailable, "The database does not answer.")
    let trouble = EngineStatus(engine: "kubernetes", context: "prod", trouble: "It is away.", since: Fixture.now)
    let disks = DiskLevel.allCases.map { level in
      let disk = DiskStatus(level: level, place: "/srv", free: 1024, total: 4096, since: Fixture.now)
      return user(.engineChanged(EngineStatus(engine: "local", since: Fixture.now, disk: disk), uses: []))
    }
    return [
      user(.coreChanged(holder: nil)), user(.coreChanged(holder: SilentHolder.told("host/7", seconds: 70))),
      user(.connectionChanged(.connecting)), user(.engineChanged(trouble, uses: [])),
      user(.connectionChanged(.lost(failure, nextTry: Fixture.now.advanced(bySeconds: 5), since: Fixture.now))),
    ] + disks
  }

  /// The runs of red cells of the first line.
  private static func red(_ user: Operator) -> [String] {
    let surface = user.surface()
    let alarm = user.state.theme[.headerAlarm]
    var runs: [String] = []
    var isInRun = false
    for column in 0..<surface.size.columns {
      let cell = surface[column, 0]
      let isRed = cell.style.foreground == alarm.foreground && cell.style.attributes == alarm.attributes
      if isRed { if isInRun { runs[runs.count - 1] += cell.text } else { runs.append(cell.text) } }
      isInRun = isRed
    }
    return runs.flatMap { $0.parts(between: " · ") }.filter { !$0.isEmpty }
  }

  private static func fits(_ text: String, _ words: HeaderAlarm) -> Bool {
    // Places alone would fit anything; the first of these two is the state's glyph.
    if words == .notKnownShort { return text.hasPrefix("…") }
    // Places are filled with what has no sign of the words in it.
    let pieces = words.rawValue.split(separator: "…", omittingEmptySubsequences: false)
    var rest = text[...]
    guard rest.hasPrefix(pieces[0]) else { return false }
    rest = rest.dropFirst(pieces[0].count)
    for piece in pieces.dropFirst() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return pieces.last?.isEmpty == true || rest.isEmpty
  }
}

extension String {
  fileprivate func parts(between separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: separator) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
