import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// Promise 6: nothing an agent printed reaches the screen as a control sequence.
@Suite struct HostileTextTests {
  static let texts = [
    "\u{1B}[2Jgone", "\u{1B}]52;c;ZXZpbA==\u{07}", "a\rb", "\u{202E}txt.exe\u{202C}", "\u{9B}31m", "nul\u{0}l",
    "\u{8}\u{7F}",
    "\u{2066}x\u{2069}", "line\nbreak\ttab",
  ]

  private func hostile(_ text: String) -> Operator {
    var session = Fixture.session(1, text, .approval, now: text, events: 13, reason: text)
    session.runtimeSessionID = text
    var user = Operator(sessions: [session])
    user.histories[session.id] = EventKind.allCases.enumerated().map { index, kind in
      Fixture.event(
        Int64(index + 1), kind, text, call: kind == .toolResult ? "\(text)x" : text, tool: text,
        fails: index.isMultiple(of: 2), raw: JSONValue.string(text).text)
    }
    user.happen(
      .secretsLoaded([
        Secret(team: Fixture.name("engineering"), name: text, owner: text, bindings: [], updatedAt: Fixture.now)
      ]))
    user.happen(.sessionsRefreshed([session], missing: []))
    return user
  }

  private func expectClean(_ user: Operator) {
    for scalar in user.surface().rows().joined().unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let isBidi = (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      #expect(!isControl && !isBidi, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test(arguments: texts) func everyFieldIsClean(text: String) {
    var user = hostile(text)
    user.histories[Fixture.id(1)] = user.histories[Fixture.id(1)]
    for keys in ["3", "f", "R", "esc", "4 z", "z 2", "r", "esc", "K", "esc", "m", "esc"] {
      user.press(keys)
      user.wait(1)
      expectClean(user)
    }
    let request = Fixture.event(8, .approvalRequest, text, call: text, tool: text)
    user.happen(.approvalsLoaded(Fixture.id(1), .deny, [request]))
    expectClean(user)
    user.press("esc")
    let failure = ControlFailure(.internalError, text, hint: text)
    user.happen(.failed(failure, during: .loadTeams))
    expectClean(user)
    user.happen(.connectionChanged(.lost(failure, nextTry: user.time, since: user.time)))
    user.happen(.paste(text))
    expectClean(user)
  }

  @Test(arguments: texts) func whatIsPastedIsCleanOnTheScreen(text: String) {
    for key in ["m", "/", ":"] {
      var user = Operator()
      user.press(key)
      user.happen(.paste(text))
      expectClean(user)
    }
  }
}
