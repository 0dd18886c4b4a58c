import ControlCore
import ControlModel
import Synchronization
import Testing

/// What the store cannot read keeps the core from nothing else.
@Suite struct UnreadableRowTests {
  @Test(.timeLimit(.minutes(1)))
  func anUnreadableOperationIsRefusedOnceAndTheOthersAreCarriedOut() async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    let bad = OperationID.make(at: .now())
    ports.state.withLock {
      $0.unreadable = [UnreadableRow(relation: "operation", id: bad.text, reason: "its kind is 'bogus'")]
    }
    try await withCore(ports) { _ in
      let kill = try await submit(.kill, to: ports)
      try await until { try await ports.operation(kill).outcome == .succeeded }
      try await until { ports.state.withLock { $0.completions.contains { $0.0 == bad } } }
    }
    let refusals = ports.state.withLock { $0.completions.filter { $0.0 == bad }.map(\.1) }
    #expect(refusals == [.failed("The row '\(bad)' of 'operation' cannot be read: its kind is 'bogus'")])
  }

  @Test(.timeLimit(.minutes(1)))
  func whatIsAskedOfAnUnreadableSessionIsRefusedWithTheReason() async throws {
    let ports = try makePorts(sandbox: nil)
    let resting = SessionID.make(at: .now())
    let asked = Operation(
      id: .make(at: .now()), kind: .kill, team: try ResourceName("engineering"), session: resting, generation: 1,
      actor: "ann", requestedAt: .now())
    ports.state.withLock {
      $0.unreadable = [UnreadableRow(relation: "session", id: resting.text, reason: "its runtime is 'bogus'")]
      $0.operations = [asked]
    }
    try await withCore(ports) { _ in
      try await until { try await ports.operation(asked.id).outcome != .pending }
    }
    let outcome = try await ports.operation(asked.id).outcome
    #expect(outcome == .failed("The row '\(resting)' of 'session' cannot be read: its runtime is 'bogus'"))
  }

  /// What is under way can be ended without a declaration; nothing is made from one that is not there.
  @Test(.timeLimit(.minutes(1)))
  func noSandboxIsMadeOfADeclarationThatCannotBeRead() async throws {
    let ports = try makePorts(sandbox: nil)
    ports.state.withLock {
      $0.makesFinishedSandboxes = true
      $0.managed.agent.revision = 0
    }
    try await withCore(ports) { _ in
      try await until {
        let last = ports.state.withLock { $0.states.last }
        return last?.state == .failed && last?.reason.contains("is not declared") == true
      }
      // The reason is of now: another fault of the same declaration is told, too.
      for fault in ["limits.memory is -1", "limits.cpu is -2"] {
        ports.state.withLock { $0.managed.agent.unreadable = fault }
        try await until {
          ports.state.withLock { $0.states.last }?.reason.hasSuffix("cannot be read: \(fault)") == true
        }
      }
      #expect(ports.state.withLock { $0.sandbox } == nil)
      let kill = try await submit(.kill, to: ports)
      try await until { try await ports.operation(kill).outcome == .succeeded }
    }
  }
}
