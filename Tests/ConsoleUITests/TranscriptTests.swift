import ConsoleUI
import ControlModel
import TerminalCore
import Testing

@Suite struct TranscriptTests {
  private func reader(_ count: Int64 = 0) -> Operator {
    var session = Fixture.sessions[1]
    if count > 0 { session.events = count }
    let history = count > 0 ? Self.history(1...count) : Fixture.events
    var user = Operator(sessions: [session], histories: [Fixture.id(2): history])
    user.press("3")
    return user
  }

  static func history(_ range: ClosedRange<Int64>) -> [Event] {
    range.map { seq in
      switch seq % 10 {
      case 1: Fixture.event(seq, .user, "message \(seq)")
      case 5: Fixture.event(seq, .toolCall, "command \(seq)", call: "call\(seq)", tool: "Bash")
      case 6: Fixture.event(seq, .toolResult, "output", call: "call\(seq - 1)", fails: seq % 100 == 56)
      default: Fixture.event(seq, .assistant, "text \(seq)")
      }
    }
  }

  private func grow(_ user: inout Operator, to count: Int64) {
    user.histories[Fixture.id(2)] = Self.history(1...count)
    var session = Fixture.sessions[1]
    session.events = count
    user.happen(.sessionsRefreshed([session], missing: []))
  }

  @Test func followingShowsWhatArrives() {
    var user = reader(100)
    #expect(user.screen.contains("text 100"))
    grow(&user, to: 104)
    #expect(user.screen.contains("text 104"))
    #expect(user.screen.contains("following"))
  }

  @Test func followNeverStealsThePlace() {
    var user = reader(200)
    user.press("pgup")
    let before = user.state.transcript?.rows
    grow(&user, to: 230)
    #expect(user.state.transcript?.rows == before)
    #expect(user.screen.contains("30 new"))
    user.press("F")
    #expect(user.screen.contains("text 230"))
  }

  @Test func resultsJoinTheirCallsAndAreFolded() {
    var user = reader()
    #expect(user.screen.contains("▸ Bash  swift test --filter Month"))
    #expect(!user.screen.contains("cannot find 'lengths'"))
    user.press("E ret")
    #expect(user.screen.contains("▾ Bash"))
    #expect(user.screen.contains("cannot find 'lengths' in scope"))
    user.press("ret")
    #expect(!user.screen.contains("cannot find 'lengths'"))
  }

  @Test func aLateResultJoinsACallThatIsShown() {
    var user = reader()
    user.histories[Fixture.id(2)]?.append(
      Fixture.event(15, .toolResult, "ok", call: "toolu_04", at: "14:01:59", duration: 4000))
    var session = Fixture.sessions[1]
    session.events = 15
    user.happen(.sessionsRefreshed([session], missing: []))
    #expect(user.screen.contains("✓ 4.0s"))
  }

  /// Histories of earlier releases, which close nothing.
  @Test func whatARuntimesEndLeftOpenIsLost() {
    let life = EventDraft(.lifecycle, "Runner started", name: "runner.started")
    let history = [
      Fixture.event(1, .toolCall, "rm -rf build", call: "c", tool: "Bash"),
      Fixture.event(2, .approvalRequest, "rm -rf build", call: "c", tool: "Bash"),
      Event(seq: 3, time: Fixture.now, content: life),
      Fixture.event(4, .toolCall, "make", call: "d", tool: "Bash"),
      Fixture.event(5, .approvalRequest, "make", call: "d", tool: "Bash"),
    ]
    var session = Fixture.sessions[1]
    (session.events, session.state) = (5, .approval)
    var user = Operator(sessions: [session], histories: [Fixture.id(2): history])
    user.press("3")
    #expect(user.screen.contains("→ Lost with the runtime"))
    #expect(user.screen.contains("→ not answered yet · call d"))
    #expect(!user.screen.contains("call c"))
    // Its runner never came back.
    session.state = .killed
    user.happen(.sessionsRefreshed([session], missing: []))
    #expect(!user.screen.contains("not answered yet"))
  }

  @Test func whatWasLostIsSoAcrossTheSeamOfTwoLoads() {
    func entries(_ range: ClosedRange<Int64>) -> [TranscriptEntry] {
      range.map { seq in
        TranscriptEntry(
          seq == 4
            ? Event(seq: 4, time: Fixture.now, content: EventDraft(.lifecycle, "", name: "runtime.exited"))
            : Fixture.event(seq, .toolCall, "x", call: "c\(seq)"))
      }
    }
    var window = TranscriptWindow()
    _ = window.append(entries(4...6))
    window.prepend(entries(1...3))
    #expect(window.items.map(\.ended) == [.runtime, .runtime, .runtime, nil, nil, nil])
    _ = window.append([TranscriptEntry(Fixture.event(7, .result, ""))])
    #expect(window.items.map(\.ended) == [.runtime, .runtime, .runtime, nil, .turn, .turn, nil])
  }

  @Test func anEditIsShownAsADifference() {
    var user = reader()
    user.press("f")
    #expect(user.screen.contains("-   var days: Int { 30 }"))
    #expect(user.screen.contains("+   var days: Int { lengths[index] }"))
  }

  @Test func turnsAndErrorsAreJumpedTo() {
    var user = reader()
    user.press("{")
    #expect(user.state.transcript?.cursor == 13)
    user.press("{")
    #expect(user.state.transcript?.cursor == 2)
    user.press("e")
    #expect(user.state.transcript?.cursor == 9)
    user.press("e")
    #expect(user.screen.contains("There is no failed tool call after this one."))
  }

  @Test func searchGoesToTheHitAsItIsTypedAndBeyondWhatIsLoaded() {
    var user = reader(2000)
    user.press("/")
    user.type("text 1990")
    #expect(user.state.transcript?.cursor == 1990)
    user.press("ret n")
    #expect(user.screen.contains("does not occur after"))
    user.press("/")
    user.type("text 33")
    user.press("ret N")
    let jumps = user.effects.compactMap { effect in
      if case .find(let jump) = effect { jump } else { nil }
    }
    #expect(jumps.last?.match == .text("text 33"))
    if let jump = jumps.last { user.happen(.jumpFound(jump, seq: 33)) }
    #expect(user.state.transcript?.cursor == 33)
    #expect(user.screen.contains("text 33"))
  }

  @Test func anyEventIsReachedByItsNumberAndMemoryStaysFlat() {
    var user = reader(20_000)
    user.press(":")
    user.type("goto 9998")
    user.press("ret")
    #expect(user.state.transcript?.cursor == 9998)
    for _ in 0..<400 { user.press("pgdn") }
    for _ in 0..<800 { user.press("pgup") }
    let loaded = user.state.transcript.map { $0.window.last - $0.window.first } ?? .max
    #expect(loaded < TranscriptWindow.maximumEntries + Int64(Transcript.page))
    user.press("home")
    #expect(user.screen.contains("message 1"))
    user.press("end")
    #expect(user.screen.contains("text 20000"))
  }

  @Test func scrollingUpPassesEveryEventOnce() {
    var user = reader(3000)
    var seen: [Int64] = []
    while let cursor = user.state.transcript?.cursor, cursor > 1, seen.count < 4000 {
      seen.append(cursor)
      user.press("up")
    }
    let items = (2...3000).filter { $0 % 10 != 6 }.map { Int64($0) }
    #expect(seen == items.reversed())
  }

  @Test func theRecordIsShownAsItIs() {
    var user = reader()
    user.press("{ {")
    for _ in 0..<4 { user.press("down") }
    user.press("R")
    #expect(user.screen.contains("Record of seq 7"))
    #expect(user.screen.contains("\"file_path\": \"Month.swift\""))
    user.press("esc")
    #expect(user.state.overlay == nil)
  }

  @Test func aPromisedEventThatIsNotThereIsNotAskedForForEver() {
    var session = Fixture.sessions[1]
    session.events = 50
    var user = Operator(sessions: [session], histories: [:])
    user.press("3 F pgup end")
    #expect(user.state.transcript?.rows.isEmpty == true)
  }
}
