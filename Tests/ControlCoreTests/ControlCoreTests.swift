import ControlCore
import ControlModel
import Synchronization
import Testing

@Suite struct ControlCoreTests {
  @Test(.timeLimit(.minutes(1)))
  func aKillThatComesBetweenTwoSandboxesIsCarriedOut() async throws {
    // Generation 2 is wanted, the sandbox of generation 1 is being deleted.
    let ports = try makePorts(generation: 2, sandbox: makeSandbox(generation: 1, mode: .suspended, ready: false))
    ports.state.withLock { $0.holdsDeletions = true }
    try await withCore(ports) { _ in
      while !ports.state.withLock({ $0.isDeleting }) { try await Task.sleep(for: .milliseconds(5)) }
      let kill = try await submit(.kill, to: ports)
      // Long enough for the core to have seen it while the deletion is under way.
      try await Task.sleep(for: .milliseconds(200))
      ports.state.withLock { $0.holdsDeletions = false }
      while try await ports.operation(kill).outcome == .pending { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await ports.operation(kill).outcome == .succeeded)
      #expect(ports.state.withLock { $0.managed.session.desired } == .killed)
    }
  }

  /// As a row would say it that got past the database.
  @Test(.timeLimit(.minutes(1)), arguments: [Operation.Kind.kill, .purge, .message, .suspend, .restart])
  func whatAnotherTeamAsksOfASessionIsRefusedAndNeverComesNearIt(kind: Operation.Kind) async throws {
    let ports = try makePorts(sandbox: makeSandbox(mode: .suspended, ready: false))
    let session = ports.state.withLock { $0.managed.session }
    let forged = Operation(
      id: .make(at: .now()), kind: kind, team: try ResourceName("marketing"), session: session.id,
      generation: session.generation, argument: "x", actor: "eve", requestedAt: .now())
    try await ports.submit(forged)
    try await withCore(ports) { _ in
      try await until { try await ports.operation(forged.id).outcome != .pending }
      #expect(
        try await ports.operation(forged.id).outcome == .failed("The team 'marketing' has no session \(session.id)."))
      // The session's own team is served, and nothing of the other has happened by then.
      let kill = try await submit(.kill, to: ports)
      try await until { try await ports.operation(kill).outcome != .pending }
      #expect(ports.state.withLock { $0.intents.map(\.desired) } == [.killed])
      #expect(ports.state.withLock { $0.purges } == 0)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func aPurgeIsDoneOnceAndReachesItsEnd() async throws {
    let ports = try makePorts(generation: 1, sandbox: nil)
    try await withCore(ports) { _ in
      let purge = try await submit(.purge, to: ports)
      while try await ports.operation(purge).outcome == .pending { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await ports.operation(purge).outcome == .succeeded)
      try await Task.sleep(for: .milliseconds(100))
      #expect(ports.state.withLock { $0.purges } == 1)
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatACoreLeftPendingOfAPurgedSessionIsSettled() async throws {
    let ports = try makePorts(generation: 1, sandbox: nil)
    ports.state.withLock { $0.purges = 1 }
    let message = try await submit(.message, to: ports)
    let purge = try await submit(.purge, to: ports)
    try await withCore(ports) { _ in
      while try await ports.operation(purge).outcome == .pending { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await ports.operation(purge).outcome == .succeeded)
      #expect(try await ports.operation(message).outcome == .failed("The session is purged."))
    }
  }
}
