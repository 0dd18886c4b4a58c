import ControlCore
import ControlModel

/// A moment all tests share.
let noon = Timestamp(microseconds: 1_795_348_800_000_000)

func makeObservation(
  desired: DesiredState = .running, generation: Int = 1, activity: SessionProjection.Activity = .idle,
  projectionGeneration: Int = 1, lastSeq: Int64 = 0, sandbox: Sandbox? = nil, isConnected: Bool = false,
  crashes: [Timestamp] = []
) throws -> SessionObservation {
  let session = Session(
    id: .make(at: noon), team: try ResourceName("engineering"), agent: try ResourceName("fixer"), runtime: .exec,
    title: "t", desired: desired, generation: generation, state: .starting, stateReason: "", stateSince: noon,
    createdAt: noon)
  var projection = SessionProjection()
  projection.generation = projectionGeneration
  projection.activity = activity
  projection.lastSeq = lastSeq
  projection.lastEventAt = noon
  return SessionObservation(
    session: session, projection: projection, sandbox: sandbox, isConnected: isConnected, crashes: crashes)
}

func makeSandbox(
  generation: Int = 1, mode: Sandbox.OperatingMode = .running, ready: Bool = true, finished: String? = nil
) throws -> Sandbox {
  var conditions = [
    Sandbox.Condition(
      type: "Ready", isTrue: ready, reason: "", message: ready ? "" : "making the workspace", since: noon)
  ]
  if let finished {
    conditions.append(.init(type: "Finished", isTrue: true, reason: finished, message: "it ended", since: noon))
  }
  return Sandbox(
    reference: SandboxReference(team: try ResourceName("engineering"), name: "s", uid: "u\(generation)"),
    session: .make(at: noon), generation: generation, operatingMode: mode, conditions: conditions, node: "here",
    createdAt: noon)
}
