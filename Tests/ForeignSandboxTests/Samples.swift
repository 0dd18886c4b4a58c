import ControlModel

let noon = Timestamp(microseconds: 1_795_435_200_000_000)

enum Sample {
  static let id = SessionID.make(at: noon)

  static func mark(_ version: String = "7") -> ForeignMark {
    ForeignMark(namespace: "paddock-blue", name: "theirs", resourceVersion: version)
  }

  static func pod(_ uid: String = "pod-1", restarts: Int64 = 0, hasEnded: Bool = false) -> ForeignPod {
    ForeignPod(
      name: "theirs", uid: uid, createdAt: noon, container: "main", restarts: restarts, hasEnded: hasEnded)
  }

  static func sandbox(
    _ id: SessionID = id, version: String = "7", mode: Sandbox.OperatingMode = .running, isReady: Bool = true,
    pod: ForeignPod? = pod()
  ) -> ForeignSandbox {
    let ready = Sandbox.Condition(
      type: "Ready", isTrue: isReady, reason: "Test", message: isReady ? "" : "No node.", since: noon)
    return ForeignSandbox(
      id: id, team: nil, mark: mark(version), operatingMode: mode, conditions: [ready], createdAt: noon, pod: pod)
  }

  static func row(
    _ sandbox: ForeignSandbox = sandbox(), generation: Int = 3, state: SessionState = .working, isGone: Bool = false,
    activity: SessionProjection.Activity = .working
  ) throws -> ForeignSession {
    var projection = SessionProjection()
    projection.activity = activity
    let session = Session(
      id: sandbox.id, team: try ResourceName("blue"), agent: try ResourceName("foreign"), runtime: .other,
      title: "theirs", desired: isGone ? .killed : sandbox.operatingMode == .running ? .running : .suspended,
      generation: generation, state: state, stateReason: "", stateSince: noon, createdAt: noon, foreign: sandbox.mark)
    return ForeignSession(session: session, projection: projection, isGone: isGone)
  }

  static func operation(_ kind: Operation.Kind, generation: Int = 3, at time: Timestamp = noon) throws -> Operation {
    Operation(
      id: .make(at: time), kind: kind, team: try ResourceName("blue"), session: id, generation: generation,
      actor: "ann", requestedAt: time)
  }

  static func line(_ seconds: Double, _ text: String) -> LogLineBytes {
    LogLineBytes(time: noon.advanced(bySeconds: seconds), bytes: Array(text.utf8))
  }
}
