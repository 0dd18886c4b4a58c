import ControlModel
import Synchronization
import Testing

@testable import ControlCore

@Suite struct ConfirmationTests {
  @Test func whatNobodyConfirmedIsNotHeld() {
    let confirmation = LeaseConfirmation(isNeeded: true)
    #expect(!confirmation.isValid)
    confirmation.extend(to: .now + .seconds(60))
    #expect(confirmation.isValid)
    // An answer to an older question comes late.
    confirmation.extend(to: .now - .seconds(1))
    #expect(confirmation.isValid)
    confirmation.lapse()
    #expect(!confirmation.isValid)
  }

  @Test func aCoreThatWakesUpBehindItsTimeHoldsNothing() {
    let confirmation = LeaseConfirmation(isNeeded: true)
    confirmation.extend(to: .now - .milliseconds(1))
    #expect(!confirmation.isValid)
  }

  @Test func aCoreThatSharesWithNobodyNeedsNoConfirmation() {
    let confirmation = LeaseConfirmation(isNeeded: false)
    confirmation.lapse()
    #expect(confirmation.isValid)
  }

  @Test(.timeLimit(.minutes(1)))
  func aSessionThatIsNotConfirmedIsNotActedUpon() async throws {
    let ports = try makePorts(sandbox: nil)
    ports.state.withLock { $0.makesFinishedSandboxes = true }
    // Confirmed for no time at all, and held at once.
    try await withCore(
      ports,
      edit: {
        $0.sharesSessions = true
        $0.leaseValidity = 0
        $0.leaseMargin = 0
      }
    ) { core in
      try await submit(.kill, to: ports)
      try await until { await core.sessions.count == 1 }
      try await Task.sleep(for: .milliseconds(300))
      #expect(ports.state.withLock { $0.sandbox == nil && $0.intents.isEmpty && $0.states.isEmpty })
    }
  }
}
