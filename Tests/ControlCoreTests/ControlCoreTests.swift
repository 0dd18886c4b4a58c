import ControlCore
import ControlModel
import Logging
import Synchronization
import Testing

@Suite struct ControlCoreTests {
  @Test(.timeLimit(.minutes(1)))
  func aKillThatComesBetweenTwoSandboxesIsCarriedOut() async throws {
    // Generation 2 is wanted, the sandbox of generation 1 is being deleted.
    let ports = try makePorts(generation: 2, sandbox: makeSandbox(generation: 1, mode: .suspended, ready: false))
    ports.state.withLock { $0.holdsDeletions = true }
    try await withCore(ports) {
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

  @Test(.timeLimit(.minutes(1)))
  func aPurgeIsDoneOnceAndReachesItsEnd() async throws {
    let ports = try makePorts(generation: 1, sandbox: nil)
    try await withCore(ports) {
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
    try await withCore(ports) {
      while try await ports.operation(purge).outcome == .pending { try await Task.sleep(for: .milliseconds(5)) }
      #expect(try await ports.operation(purge).outcome == .succeeded)
      #expect(try await ports.operation(message).outcome == .failed("The session is purged."))
    }
  }

  private func makePorts(generation: Int, sandbox: Sandbox?) throws -> StandInPorts {
    let observation = try makeObservation(generation: generation)
    let session = observation.session
    let agent = Agent(
      team: session.team, name: session.agent, spec: AgentSpec(runtime: session.runtime), revision: 1,
      createdAt: noon, updatedAt: noon)
    var sandbox = sandbox
    sandbox?.session = session.id
    return StandInPorts(
      .init(
        managed: ManagedSession(session: session, agent: agent, projection: observation.projection), sandbox: sandbox))
  }

  private func submit(_ kind: Operation.Kind, to ports: StandInPorts) async throws -> OperationID {
    let session = ports.state.withLock { $0.managed.session }
    let operation = Operation(
      id: .make(at: .now()), kind: kind, team: session.team, session: session.id, generation: session.generation,
      argument: "x", actor: "ann", requestedAt: .now())
    try await ports.submit(operation)
    return operation.id
  }

  private func withCore(_ ports: StandInPorts, _ body: () async throws -> Void) async throws {
    var settings = CoreSettings(holder: "test")
    settings.interval = 0.02
    let core = ControlCore(
      store: ports, engine: ports, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let loop = Task { await core.run() }
    defer { loop.cancel() }
    try await body()
  }
}
