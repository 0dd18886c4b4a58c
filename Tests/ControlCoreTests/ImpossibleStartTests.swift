import ControlCore
import ControlModel
import Synchronization
import Testing

/// A session that cannot start says so and is over, and so is all that was asked of it.
@Suite(.timeLimit(.minutes(1))) struct ImpossibleStartTests {
  private func outcome(of id: OperationID, on ports: StandInPorts) async throws -> Operation.Outcome {
    try await until { try await ports.operation(id).outcome != .pending }
    return try await ports.operation(id).outcome
  }

  private func state(of ports: StandInPorts) -> (SessionState, String) {
    ports.state.withLock { ($0.managed.session.state, $0.managed.session.stateReason) }
  }

  @Test func whatItsDeclarationMakesImpossibleIsFailedWithTheReasonAndEndsWhatIsAsked() async throws {
    let ports = try makePorts(sandbox: nil)
    ports.state.withLock {
      $0.makesFinishedSandboxes = true
      $0.managed.agent.spec.command = []
    }
    let start = try await submit(.start, to: ports)
    try await withCore(ports) { _ in
      guard case .failed(let reason) = try await outcome(of: start, on: ports) else {
        Issue.record("it ran")
        return
      }
      #expect(reason.contains("names no program"))
      try await until { state(of: ports).0 == .failed }
      #expect(state(of: ports).1.contains("names no program"))
      let message = try await submit(.message, to: ports)
      #expect(try await outcome(of: message, on: ports) == .failed(reason))
      #expect(ports.state.withLock { $0.sandbox == nil })
      // Declared anew, it starts.
      ports.state.withLock {
        $0.managed.agent.spec.command = ["/bin/cat"]
        $0.managed.agent.revision += 1
      }
      try await until { ports.state.withLock { $0.sandbox != nil } }
    }
  }

  @Test func whatTheEngineRefusesForGoodIsFailed() async throws {
    let ports = try makePorts(sandbox: nil)
    ports.state.withLock { $0.creationFailure = ControlFailure(.invalidArgument, "The variable is not valid.") }
    let start = try await submit(.start, to: ports)
    try await withCore(ports) { _ in
      #expect(try await outcome(of: start, on: ports) == .failed("The variable is not valid."))
      try await until { state(of: ports) == (.failed, "The variable is not valid.") }
    }
  }

  @Test func aWorkspaceThatCannotBeMadeEndsTheStartWithItsMessage() async throws {
    let ports = try makePorts(sandbox: makeSandbox(ready: false, finished: "WorkspaceFailed"))
    let start = try await submit(.start, to: ports)
    try await withCore(ports) { _ in
      #expect(try await outcome(of: start, on: ports) == .failed("it ended"))
      let message = try await submit(.message, to: ports)
      #expect(try await outcome(of: message, on: ports) == .failed("it ended"))
    }
  }
}
