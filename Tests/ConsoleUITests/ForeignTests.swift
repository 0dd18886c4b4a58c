import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// Sandboxes that others made, among the sessions.
@Suite struct ForeignTests {
  private static func foreign(_ state: SessionState = .working, desired: DesiredState = .running) -> Session {
    var session = Fixture.session(
      9, "nightly-import", state, team: "research", agent: "foreign", runtime: .other, age: 4_000,
      now: "row 48213 of 90000", generation: 5, events: 2, turns: 0, tokens: 0, cost: 0, desired: desired)
    session.foreign = ForeignMark(
      namespace: "paddock-research", name: "nightly-import", resourceVersion: "48811", volumes: ["data", "cache"],
      keeper: "SandboxClaim/nightly")
    session.runtimeSessionID = nil
    return session
  }

  private func user(_ session: Session = foreign(), _ columns: Int = 120, _ rows: Int = 40) -> Operator {
    let events = [
      Fixture.event(
        1, .lifecycle, "The log of container 'main' of pod 'nightly-import' begins", tool: "log.opened", at: "14:00:01"),
      Fixture.event(2, .output, "row 48213 of 90000", at: "14:01:59"),
    ]
    return Operator(
      columns, rows, sessions: [session] + Fixture.sessions.suffix(3), histories: [session.id: events])
  }

  @Test(arguments: [(80, 24), (120, 40)])
  func aForeignSandboxIsMarkedAndItsLogIsItsTranscript(columns: Int, rows: Int) throws {
    var user = user(Self.foreign(), columns, rows)
    user.press("home")
    user.press("down ret")
    try Screens.expect(user.surface(), "foreign-\(columns)x\(rows)")
  }

  private func selected(_ session: Session = foreign()) -> Operator {
    var user = Operator(120, 40, sessions: [session])
    user.press("home")
    return user
  }

  @Test func theDialogSaysWhatGoesWithItAndWhatMayComeBack() throws {
    var user = selected()
    user.press("K")
    user.wait(1)
    try Screens.expect(user.surface(), "foreign-kill-120x40")
    user.press("y")
    #expect(user.submitted.map(\.kind) == [.kill])
    #expect(user.submitted.first?.generation == 5)
  }

  @Test(arguments: ["r", "s"])
  func whatIsLostIsSaidBefore(key: String) {
    var user = selected()
    user.press(key)
    user.wait(1)
    #expect(user.screen.contains("paddock-research/nightly-import"))
    #expect(user.screen.contains("Its pod is deleted"))
    #expect(user.screen.contains("version 48811"))
  }

  @Test(arguments: [CommandName.sessionMessage, .sessionInterrupt, .sessionApprove, .sessionDeny])
  func whatWouldSpeakToItsAgentSaysWhyItCannot(name: CommandName) throws {
    let user = selected()
    let reason = try #require(CommandCatalogue.command(name)?.disabledReason(user.state))
    #expect(reason.text.contains("somebody else's sandbox"))
  }

  @Test(arguments: [CommandName.sessionRestart, .sessionSuspend, .sessionKill, .sessionDescribe, .sessionLog])
  func whatActsOnTheObjectCanBeDone(name: CommandName) {
    #expect(CommandCatalogue.command(name)?.disabledReason(selected().state) == nil)
  }

  @Test func oneThatIsGoneCanOnlyBePurged() {
    let gone = selected(Self.foreign(.finished, desired: .killed))
    for name in [CommandName.sessionRestart, .sessionSuspend, .sessionResume, .sessionKill] {
      #expect(CommandCatalogue.command(name)?.disabledReason(gone.state) != nil)
    }
    #expect(CommandCatalogue.command(.sessionPurge)?.disabledReason(gone.state) == nil)
    #expect(CommandCatalogue.command(.sessionPurge)?.disabledReason(selected().state) != nil)
  }
}
