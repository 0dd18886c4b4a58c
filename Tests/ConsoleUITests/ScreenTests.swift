import ConsoleConfig
import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// Whole screens, compared with files; `RECORD_SCREENS=1` writes them and fails.
@Suite struct ScreenTests {
  @Test(arguments: [(80, 24), (120, 40), (200, 60)])
  func sessionsAndATranscriptAreShown(columns: Int, rows: Int) throws {
    var user = Operator(columns, rows)
    user.press("home")
    user.press("down down down ret")
    try Screens.expect(user.surface(), "reading-\(columns)x\(rows)")
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func aRestartDialogSaysWhatSurvives(columns: Int, rows: Int) throws {
    var user = Operator(columns, rows)
    user.press("r")
    user.wait(1)
    try Screens.expect(user.surface(), "restart-\(columns)x\(rows)")
  }

  @Test func anApprovalIsShownWhole() throws {
    var user = Operator(120, 40)
    user.press("a")
    let request = Fixture.event(8, .approvalRequest, "rm -rf build && swift build", call: "toolu_9xy", tool: "Bash")
    user.happen(.approvalsLoaded(Fixture.id(1), .allow, [request]))
    user.wait(1)
    try Screens.expect(user.surface(), "approve-120x40")
  }

  @Test(arguments: [80, 120])
  func theKeysOfAnApprovalAreShownWhereItIsAsked(columns: Int) {
    let request = Fixture.event(8, .approvalRequest, "rm -rf build", call: "toolu_0123456789abcdef", tool: "Bash")
    var user = Operator(columns, 40, histories: [Fixture.id(1): [request]])
    user.press("home")
    let line = user.screen.split(separator: "\n").first { $0.contains("not answered yet") }
    #expect(line?.contains("a approve  d deny") == true)
    user.press("down")
    #expect(!user.screen.contains("not answered yet"))
  }

  @Test func theListsTakeNoMoreRoomThanTheyFill() {
    func top(_ sessions: Int) -> Int? {
      let all = (1...sessions).map { Fixture.session($0, "task \($0)", .working) }
      return Operator(120, 40, sessions: all).state.layout.panes[.transcript]?.top
    }
    #expect(top(1) == top(5))
    #expect(top(6) == top(9))
    #expect(top(9) ?? 0 > top(5) ?? 0)
    #expect(top(100) == top(1000))
    var user = Operator(120, 40)
    let before = user.state.layout
    user.press("/")
    user.type("flaky")
    #expect(user.state.layout == before)
  }

  @Test func foldsOpen() throws {
    var user = Operator(120, 40)
    user.press("down down down ret f")
    try Screens.expect(user.surface(), "unfolded-120x40")
  }

  @Test func theSelectionIsAMarkAndTheGroundOfTheTitle() {
    var user = Operator(120, 40)
    user.press("home")
    let surface = user.surface()
    let ground = user.state.theme[.listSelected].background
    #expect(surface.text().split(separator: "\n").filter { $0.contains("▌") }.count == 1)
    #expect(surface[24, 3].text == "▌")
    #expect((38..<54).allSatisfy { surface[$0, 3].style.background == ground })
    #expect((0..<120).filter { surface[$0, 3].style.background == ground }.count < 20)
  }

  @Test func aCursorThatPassesLeavesTheTranscriptAloneUntilItRests() {
    var user = Operator(120, 40)
    user.rests = false
    let before = user.surface()
    user.press("down down down")
    #expect(user.state.transcript?.session == Fixture.id(1))
    let after = user.surface()
    let transcript = user.state.layout.panes[.transcript] ?? user.surface().bounds
    for row in transcript.top + 1..<transcript.bottom {
      #expect((0..<120).allSatisfy { after[$0, row] == before[$0, row] }, "row \(row)")
    }
    user.happen(.cursorRested(Fixture.id(6)))
    #expect(user.state.transcript?.session == Fixture.id(1))
    user.happen(.cursorRested(Fixture.id(2)))
    #expect(user.state.transcript?.session == Fixture.id(2))
    #expect(user.screen.contains("Transcript · fix flaky tests"))
  }

  @Test func whatReadsTheTranscriptDoesNotWaitForRest() {
    for keys in ["ret", "3", "tab"] {
      var user = Operator(120, 40)
      user.rests = false
      user.press("down down down")
      user.press(keys)
      #expect(user.state.transcript?.session == Fixture.id(2), "\(keys)")
    }
    var user = Operator(120, 40)
    user.rests = false
    user.press("down down down")
    user.wait(2)
    #expect(user.state.transcript?.session == Fixture.id(2))
  }

  @Test func withoutUnicodeEverythingIsASCII() {
    var user = Operator(120, 40)
    user.press("down down down ret")
    #expect(user.surface(.ascii).text().utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func secretsHaveTheirRoomWhenZoomed() throws {
    var user = Operator(120, 40)
    user.press("4 z")
    try Screens.expect(user.surface(), "secrets-120x40")
  }

  @Test func anEmptyStoreSaysHowToBegin() throws {
    var user = Operator(80, 24, sessions: [])
    user.happen(.teamsLoaded([], agents: []))
    user.happen(.secretsLoaded([]))
    try Screens.expect(user.surface(), "empty-80x24")
  }

  @Test func aTeamThatTheClusterRefusesIsMarked() {
    var user = Operator(120, 40)
    var teams = Fixture.teams
    teams[1].trouble = "The namespace 'paddock-marketing' is somebody else's."
    user.happen(.teamsLoaded(teams, agents: []))
    #expect(user.screen.contains("│!marketing"))
    #expect(user.screen.contains("│ research"))
  }

  @Test func whatCannotBeReadIsNamedInItsPane() {
    var user = Operator(120, 40)
    let agent = UnreadableRow(relation: "agent", id: "research/bad", reason: "no runtime")
    user.happen(.teamsLoaded(Fixture.teams, agents: Fixture.agents, unreadable: [agent]))
    let secret = UnreadableRow(relation: "secret", id: "research/ODD", reason: "no owner\u{1B}[31m")
    user.happen(.secretsLoaded(Fixture.secrets, unreadable: [secret]))
    #expect(user.screen.contains("⚠ research/bad"))
    #expect(user.screen.contains("⚠ research/ODD"))
    #expect(!user.screen.contains("\u{1B}[31m"))
    user.happen(.teamsLoaded(Fixture.teams, agents: Fixture.agents))
    #expect(!user.screen.contains("research/bad"))
  }

  @Test func aSessionThatCannotBeReadStandsInTheListWithTheReason() {
    var user = Operator(120, 40)
    var session = Fixture.sessions[0]
    (session.title, session.state, session.desired) = ("garbled", .failed, .killed)
    session.stateReason = "It cannot be read: its runtime is 'bogus'"
    session.unreadable = "its runtime is 'bogus'"
    user.happen(.sessionsLoaded(SessionListing([session])))
    #expect(user.screen.contains("garbled"))
    #expect(user.screen.contains("It cannot be read"))
  }

  @Test func whatIsNotKnownIsCountedAsNothingElse() {
    var session = Fixture.sessions[1]
    (session.state, session.stateReason) = (.unknown, "since 10:42:13 UTC: The cluster does not answer.")
    let user = Operator(160, 40, sessions: [session])
    #expect(user.screen.contains("0 need you   0 working   0 idle   0 failed   1 not known"))
    #expect(user.screen.contains("since 10:42:13 UTC"))
  }

  @Test func aLostStoreIsSaidAndWhatWasKnownStays() {
    var user = Operator(120, 40)
    let failure = ControlFailure(.unavailable, "The database at /run/pg does not answer.")
    user.happen(
      .connectionChanged(.lost(failure, nextTry: user.time.advanced(bySeconds: 5), since: user.time)))
    #expect(user.screen.contains("store lost: screen is 0s old, next try in 5s"))
    user.happen(.adviceChanged("Postgres is being started again (try 2)"))
    #expect(user.screen.contains("Postgres is being started again (try 2)"))
    #expect(user.screen.contains("migrate billing"))
    user.press("down")
    #expect(user.state.list.selected == Fixture.id(6))
  }

  @Test func noSizeIsTooSmallToDraw() {
    let keys = ["", "r", "?", ":", "m", "c", "/", "4", "3", "g", "g /"]
    for columns in [0, 1, 20, 40, 80, 100] {
      for rows in [0, 1, 10, 24] {
        for key in keys {
          var user = Operator(columns, rows)
          if !key.isEmpty { user.press(key) }
          #expect(user.surface().size == Size(columns: columns, rows: rows))
        }
      }
    }
    #expect(Operator(20, 5).screen.contains("The window is too"))
  }

  @Test func everyKeyOfTheHelpIsShown() throws {
    var user = Operator(120, 60)
    user.press("?")
    try Screens.expect(user.surface(), "help-120x60")
  }
}
