import ControlCore
import ControlModel
import Logging
import Synchronization

/// One session of the demo team, and the sandbox it has.
func makePorts(generation: Int = 1, sandbox: Sandbox?) throws -> StandInPorts {
  let observation = try makeObservation(generation: generation)
  let session = observation.session
  let agent = Agent(
    team: session.team, name: session.agent, spec: AgentSpec(runtime: session.runtime, command: ["/bin/cat"]),
    revision: 1,
    createdAt: noon, updatedAt: noon)
  var sandbox = sandbox
  sandbox?.session = session.id
  return StandInPorts(
    .init(
      managed: ManagedSession(session: session, agent: agent, projection: observation.projection), sandbox: sandbox))
}

@discardableResult
func submit(_ kind: Operation.Kind, to ports: StandInPorts) async throws -> OperationID {
  let session = ports.state.withLock { $0.managed.session }
  let operation = Operation(
    id: .make(at: .now()), kind: kind, team: session.team, session: session.id, generation: session.generation,
    argument: "x", actor: "ann", requestedAt: .now())
  try await ports.submit(operation)
  return operation.id
}

/// A core at work while `body` runs; it has ended when this returns.
func withCore(
  _ ports: StandInPorts, edit: (inout CoreSettings) -> Void = { _ in },
  _ body: (ControlCore) async throws -> Void
) async throws {
  var settings = CoreSettings(holder: "test")
  settings.interval = 0.02
  edit(&settings)
  let core = ControlCore(
    store: ports, engine: ports, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  let loop = Task { await core.run() }
  do {
    try await body(core)
    loop.cancel()
    await loop.value
  } catch {
    loop.cancel()
    throw error
  }
}

/// Waits until the condition holds; the test's own time limit ends what never comes to pass.
func until(_ condition: () async throws -> Bool) async throws {
  while !(try await condition()) { try await Task.sleep(for: .milliseconds(5)) }
}

/// With a runner that has said its first words.
func makeTalkingPorts() throws -> StandInPorts {
  let ports = try makePorts(sandbox: makeSandbox())
  let started = EventDraft(.lifecycle, "", name: "runner.started", detail: ["generation": 1])
  let events = [started, EventDraft(.assistant, "begun")].enumerated().map {
    Event(seq: Int64($0.offset) + 1, time: .now(), content: $0.element)
  }
  ports.state.withLock {
    $0.runner = StandInRunner(session: $0.managed.session.id, journal: events)
  }
  return ports
}
