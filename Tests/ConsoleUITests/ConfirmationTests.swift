import ConsoleUI
import ControlModel
import TerminalCore
import Testing

@Suite struct ConfirmationTests {
  /// The dialog for session 1 (generation 2, approval) with its input grace over.
  private func asked(_ key: String) -> Operator {
    var user = Operator()
    user.press(key)
    user.wait(1)
    return user
  }

  @Test(arguments: ["i", "r", "s", "K"])
  func enterAloneDoesNothing(key: String) {
    var user = asked(key)
    #expect(user.state.overlay != nil)
    user.press("ret")
    #expect(user.state.overlay == nil)
    #expect(user.submitted.isEmpty)
  }

  @Test func keysTypedBlindlyAreIgnored() {
    var user = Operator()
    user.press("K y y tab ret ret")
    #expect(user.state.overlay != nil)
    #expect(user.submitted.isEmpty)
    user.wait(0.1)
    user.press("y")
    #expect(user.submitted.isEmpty)
    user.wait(0.3)
    user.press("y")
    #expect(user.submitted.map(\.kind) == [.kill])
  }

  @Test func theOperationNamesWhatTheDialogNamed() throws {
    var user = asked("r")
    user.press("S-tab")
    user.type("stuck on a lock")
    user.press("tab tab ret")
    let draft = try #require(user.submitted.first)
    #expect(draft.kind == .restart)
    #expect(draft.session == Fixture.id(1))
    #expect(draft.generation == 2)
    #expect(draft.reason == "stuck on a lock")
  }

  @Test func anotherGenerationIsRefusedUntilItWasLookedAt() throws {
    var user = asked("K")
    var moved = Fixture.sessions[0]
    moved.generation = 3
    user.happen(.sessionsRefreshed([moved], missing: []))
    #expect(user.screen.contains("generation 2 is over, 3 runs"))
    user.press("y")
    #expect(user.submitted.isEmpty)
    user.press("ret")
    user.press("y")
    #expect(user.submitted.isEmpty)
    user.wait(1)
    user.press("y")
    #expect(try #require(user.submitted.first).generation == 3)
  }

  @Test func anotherStateIsRefused() {
    var user = asked("i")
    var moved = Fixture.sessions[0]
    moved.state = .waiting
    user.happen(.sessionsRefreshed([moved], missing: []))
    #expect(user.screen.contains("it was approval and is waiting"))
    user.press("y tab ret")
    #expect(user.submitted.isEmpty)
  }

  @Test func aSessionThatIsGoneIsRefused() {
    var user = asked("K")
    user.happen(.sessionsRefreshed([], missing: [Fixture.id(1)]))
    user.press("y ret")
    #expect(user.submitted.isEmpty)
    #expect(user.state.overlay == nil)
  }

  @Test func purgeWantsTheTitleOrTheIdTyped() {
    var killed = Fixture.sessions[0]
    killed.state = .killed
    killed.desired = .killed
    var user = Operator(sessions: [killed])
    user.press("X")
    user.wait(1)
    user.press("y")
    #expect(user.submitted.isEmpty)
    user.press("S-tab S-tab")
    user.type("migrate billing")
    user.press("ret tab")
    user.press("tab ret")
    #expect(user.submitted.map(\.kind) == [.purge])
  }

  @Test func anApprovalIsBoundToItsCall() throws {
    var user = Operator()
    user.press("a")
    #expect(user.effects == [.loadApprovals(Fixture.id(1), .allow)])
    let request = Fixture.event(8, .approvalRequest, "rm -rf build", call: "toolu_9xy", tool: "Bash")
    user.happen(.approvalsLoaded(Fixture.id(1), .allow, [request]))
    #expect(user.screen.contains("call toolu_9xy"))
    user.wait(1)
    user.press("y")
    let draft = try #require(user.submitted.first)
    #expect(draft.kind == .approve)
    #expect(draft.argument == "toolu_9xy")
  }

  @Test func aLateApprovalDoesNotOpenUnderOtherKeys() {
    var user = Operator()
    user.press("a down")
    let request = Fixture.event(8, .approvalRequest, "rm -rf build", call: "toolu_9xy", tool: "Bash")
    user.happen(.approvalsLoaded(Fixture.id(1), .allow, [request]))
    #expect(user.state.overlay == nil)
  }

  @Test func aDisabledCommandSaysWhy() {
    var user = Operator()
    user.press("u")
    #expect(user.screen.contains("“migrate billing” is not suspended."))
    #expect(user.effects.isEmpty)
  }

  @Test func aDraftIsKeptForItsSessionUntilItIsRecorded() throws {
    var user = Operator()
    user.press("m")
    user.type("please")
    user.press("A-ret")
    user.happen(.paste("stop\nhere"))
    user.press("esc down m")
    guard case .composer(let other) = user.state.overlay else { return #expect(Bool(false), "no composer") }
    #expect(other.text.isEmpty)
    user.press("esc up m ret")
    let draft = try #require(user.submitted.first)
    #expect(draft.argument == "please\nstop\nhere")
    #expect(draft.session == Fixture.id(1))
    #expect(user.state.drafts[Fixture.id(1)] != nil)
    user.happen(.operationRecorded(draft))
    #expect(user.state.drafts[Fixture.id(1)] == nil)
  }
}
