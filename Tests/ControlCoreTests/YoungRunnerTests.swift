import ControlModel
import Synchronization
import Testing

/// A runner that was only just started does not answer at once.
@Suite(.timeLimit(.minutes(1))) struct YoungRunnerTests {
  private static let words = "There is no runner here."

  @Test func oneThatAnswersAfterAWhileWasNeverAtFault() async throws {
    let ports = try makeTalkingPorts()
    let runner = ports.state.withLock { state in
      defer { state.runner = nil }
      return state.runner
    }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.runnersAskedFor >= 3 } }
      ports.state.withLock { $0.runner = runner }
      try await until { ports.state.withLock { $0.recorded > 0 && $0.managed.session.state != .starting } }
      #expect(!ports.state.withLock { $0.states.contains { $0.reason.contains(Self.words) } })
    }
  }

  @Test func oneThatStaysAwayIsTheReason() async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.managed.session.stateReason.contains(Self.words) } }
      #expect(ports.state.withLock { $0.runnersAskedFor } >= 5)
    }
  }
}
