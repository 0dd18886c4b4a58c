import ControlCore
import ControlModel
import Synchronization
import Testing

@Suite struct RefusedRecordingTests {
  private let refusal = ControlFailure(.internalError, "The database refuses a statement: no such column.")

  @Test(.timeLimit(.minutes(1)))
  func aRecordingThatIsRefusedIsTriedMoreAndMoreSeldomAndSaysWhy() async throws {
    let ports = try makeTalkingPorts()
    ports.state.withLock { $0.recordFailure = refusal }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.states.last?.reason == refusal.summary } }
      try await Task.sleep(for: .seconds(2))
      let attempts = ports.state.withLock { $0.recordAttempts }
      #expect((2...6).contains(attempts))
      #expect(ports.state.withLock { $0.states.last?.reason } == refusal.summary)
      #expect(ports.state.withLock { $0.operations.isEmpty })
      #expect(ports.state.withLock { $0.states.count } < 6)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func messagesReachTheAgentWhileItsRecordingIsRefused() async throws {
    let ports = try makeTalkingPorts()
    ports.state.withLock { $0.recordFailure = refusal }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.recordAttempts > 1 } }
      let message = try await submit(.message, to: ports)
      try await until { try await ports.operation(message).outcome == .succeeded }
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func recordingGoesOnWhenTheRefusalIsOver() async throws {
    let ports = try makeTalkingPorts()
    ports.state.withLock { $0.recordFailure = refusal }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.recordAttempts > 1 } }
      ports.state.withLock { $0.recordFailure = nil }
      try await until { ports.state.withLock { $0.recorded == 2 && $0.states.last?.state == .working } }
      #expect(ports.state.withLock { $0.states.last?.reason } == "")
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aKillDoesNotWaitForAMessageToARunnerThatIsHung() async throws {
    let ports = try makeTalkingPorts()
    ports.state.withLock { $0.runner?.isHung = true }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.recorded == 2 } }
      let message = try await submit(.message, to: ports)
      try await Task.sleep(for: .milliseconds(300))
      let begin = ContinuousClock.now
      let kill = try await submit(.kill, to: ports)
      try await until { try await ports.operation(kill).outcome == .succeeded }
      #expect(ContinuousClock.now - begin < .seconds(10))
      #expect(try await ports.operation(message).outcome != .succeeded)
    }
  }

  /// A session whose agent has been at work since its first event.
}
