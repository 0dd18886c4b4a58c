import ConsoleConfig
import ConsoleUI
import ControlModel
import Synchronization
import TerminalCore
import Testing

@MainActor @Suite(.timeLimit(.minutes(2))) struct AccessTests {
  private let terminal = VirtualTerminal(size: Size(columns: 100, rows: 30))
  private let access = StandInAccess()
  private let console: ConsoleRuntime

  init() async {
    let store = MemoryStore()
    console = ConsoleRuntime(
      device: terminal,
      services: ConsoleServices(
        teams: store, sessions: store, operations: store, secrets: store, reports: StandInReports(), access: access,
        changes: { AsyncStream { $0.finish() } }, coreHolder: { "test" }),
      configuration: ConsoleConfiguration(storeName: "demo", actor: "ann", localTime: .utc, clock: { Fixture.now }))
    console.begin()
    await console.idle()
    terminal.press("home down")
  }

  private func until(_ condition: () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .milliseconds(5)) }
  }

  private var text: String { String(decoding: terminal.written, as: UTF8.self) }

  @Test func aShellHasTheTerminalUntilTheOperatorLeaves() async {
    terminal.press("!")
    #expect(terminal.surface.text().contains("^] leaves it"))
    await until { terminal.isSuspended }
    access.session.say("$ ")
    await until { text.contains("$ ") }
    #expect(text.contains("stand-in shell · ^] leaves"))
    terminal.type("ls\r")
    terminal.send(.resize(Size(columns: 90, rows: 20)))
    await until { access.session.state.withLock { $0.sizes == [TerminalSize(columns: 90, rows: 20)] } }
    #expect(access.session.state.withLock { $0.written } == Array("ls\r".utf8))
    terminal.type("x\u{1D}never")
    await console.idle()
    #expect(!terminal.isSuspended)
    #expect(access.session.state.withLock { $0.written } == Array("ls\rx".utf8))
    #expect(access.session.state.withLock { $0.isClosed })
    #expect(terminal.surface.text().contains("The shell is closed: It was left."))
  }

  @Test func aLostConnectionGivesTheTerminalBack() async {
    terminal.press("A")
    await until { terminal.isSuspended }
    access.session.fail("The connection broke.")
    await console.idle()
    #expect(!terminal.isSuspended)
    #expect(terminal.surface.text().contains("The connection broke."))
  }

  @Test func theEndOfTheConsoleClosesWhatIsOpen() async {
    let run = Task { await console.run() }
    terminal.press("!")
    await until { terminal.isSuspended }
    terminal.send(.hangup)
    await run.value
    #expect(terminal.isClosed)
    #expect(access.session.state.withLock { $0.isClosed })
  }

  @Test func whatWasGivenUpTakesNoTerminal() async {
    access.holdsOpening.withLock { $0 = true }
    terminal.press("! x")
    terminal.press("esc")
    access.holdsOpening.withLock { $0 = false }
    await console.idle()
    #expect(!terminal.isSuspended)
    #expect(access.session.state.withLock { $0.isClosed && $0.written.isEmpty })
  }

  @Test func aRefusalIsShownAndNothingIsLeftOpen() async {
    access.refusal.withLock { $0 = ControlFailure(.permissionDenied, "ann may not create pods/exec in blue.") }
    terminal.press("!")
    await console.idle()
    #expect(!terminal.isSuspended)
    #expect(terminal.surface.text().contains("ann may not create pods/exec in blue."))
    #expect(!terminal.surface.text().contains("Opening a shell"))
  }

  @Test func aLogIsFollowedAndScrolled() async {
    terminal.press("L")
    for batch in 0..<3 {
      let lines = (0..<20).map { LogLine(time: Fixture.now, text: "line \(batch * 20 + $0)\u{1B}[2J") }
      access.lines.yield(lines)
    }
    await until { terminal.surface.text().contains("line 59") }
    #expect(terminal.surface.text().contains("following"))
    #expect(!terminal.surface.text().contains("\u{1B}"))
    terminal.press("home")
    #expect(terminal.surface.text().contains("line 0␛[2J"))
    access.lines.yield([LogLine(text: "line 60")])
    terminal.press("t")
    #expect(terminal.surface.text().contains("14:02:00  line 0"))
    terminal.press("F")
    await until { terminal.surface.text().contains("line 60") }
    access.lines.finish()
    await until { terminal.surface.text().contains("The log has ended.") }
    terminal.press("esc")
    #expect(!terminal.surface.text().contains("line 60"))
  }

  @Test func contextsAreListedAndChosen() async {
    terminal.press(":")
    for character in "context" { terminal.send(.key(.character(character))) }
    terminal.press("ret")
    await console.idle()
    #expect(terminal.surface.text().contains("kind, prod"))
    terminal.press(":")
    for character in "context prod" { terminal.send(.key(character == " " ? .character(" ") : .character(character))) }
    terminal.press("ret")
    await console.idle()
    #expect(terminal.surface.text().contains("prod (chosen)"))
  }
}
