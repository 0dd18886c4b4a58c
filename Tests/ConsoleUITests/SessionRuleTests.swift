import ConsoleUI
import ControlModel
import Testing

/// The console offers what may be done, and says of the rest why not.
@Suite struct SessionRuleTests {
  private static let commands: [Operation.Kind: CommandName] = [
    .message: .sessionMessage, .interrupt: .sessionInterrupt, .approve: .sessionApprove, .deny: .sessionDeny,
    .restart: .sessionRestart, .suspend: .sessionSuspend, .resume: .sessionResume, .kill: .sessionKill,
    .purge: .sessionPurge,
  ]

  @Test(arguments: SessionState.allCases) func whatIsOfferedIsWhatMayBeDone(state: SessionState) throws {
    for desired in DesiredState.allCases where desired != .purged {
      for isForeign in [false, true] {
        var session = Fixture.session(9, "task", state, desired: desired)
        if isForeign { session.foreign = ForeignMark(namespace: "n", name: "s", resourceVersion: "1") }
        var user = Operator(120, 40, sessions: [session])
        user.press("home")
        for kind in Operation.Kind.ofSession {
          let command = try #require(Self.commands[kind].flatMap(CommandCatalogue.command))
          let reason = command.disabledReason(user.state)?.text
          let refusal = SessionRule.refusal(of: kind, on: session)
          #expect(reason == refusal.map { "“task” \($0.state)." }, "\(kind) \(desired) \(state)")
          #expect(command.danger == kind.danger)
        }
      }
    }
  }
}
