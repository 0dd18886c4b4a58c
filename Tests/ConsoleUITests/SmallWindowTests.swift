import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// Nothing is decided that is not seen.
@Suite struct SmallWindowTests {
  /// Commands that act are refused while the window shows nothing, and what was open before is as it was.
  @Test(arguments: ["a", "d", "i", "r", "s", "u", "K", "X", "n", "m"]) func nothingIsDoneUnseen(key: String) {
    for session in Fixture.sessions {
      var user = Operator(20, 5, sessions: [session])
      let before = user.effects.count
      user.press("home")
      user.press(key)
      user.wait(1)
      user.happen(.paste("text"))
      user.press("y ret")
      #expect(user.effects.count == before && user.state.overlay == nil, "\(session.title)")
    }
    var user = Operator(120, 40)
    user.press("K")
    user.wait(1)
    user.happen(.resize(Size(columns: 39, rows: 10)))
    user.press("y")
    #expect(user.submitted.isEmpty && user.state.overlay != nil)
    user.happen(.resize(Size(columns: 120, rows: 40)))
    user.press("y")
    #expect(user.submitted.map(\.kind) == [.kill])
  }

  @Test func oneCanLeave() {
    var user = Operator(20, 5)
    user.press("q")
    #expect(user.effects.contains { if case .quit = $0 { true } else { false } })
  }

  private func asking(_ text: String, _ key: String, _ columns: Int, _ rows: Int) -> Operator {
    var user = Operator(columns, rows)
    let request = Event(
      seq: 8, time: Fixture.now, content: EventDraft(.approvalRequest, text, callID: "call-1", name: "Bash"))
    user.press("home")
    user.press(key)
    user.happen(.approvalsLoaded(Fixture.id(1), key == "a" ? .allow : .deny, [request]))
    user.wait(1)
    return user
  }

  @Test(arguments: ["a", "d"]) func whatIsAskedIsShownInTheSmallestWindow(key: String) throws {
    let small = asking("rm -rf x", key, 40, 10)
    #expect(small.screen.contains("│ rm -rf x") && small.screen.contains("Cancel"))
    try Screens.expect(small.surface(), "asked-\(key)-40x10")
    let long = asking(String(repeating: "a long line of a script\n", count: 30), key, 40, 10)
    #expect(long.screen.contains("a long line") && long.screen.contains("more lines"))
    try Screens.expect(long.surface(), "asked-long-\(key)-40x10")
  }

  @Test(arguments: ["K", "r", "s", "i"]) func buttonsAreWholeInTheSmallestWindow(key: String) throws {
    var user = Operator(40, 10)
    user.press("home")
    user.press(key)
    user.wait(1)
    #expect(user.screen.contains("Cancel ◂"))
    #expect(user.screen.contains("engineering/migrator"))
  }
}
