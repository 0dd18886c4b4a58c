import ControlCore
import ControlModel
import Synchronization
import Testing

/// Whatever was asked of a session, and however it ends: the operation reaches an end.
@Suite(.timeLimit(.minutes(2))) struct EveryOperationEndsTests {
  enum End: String, CaseIterable, Sendable {
    case finished, failedRuntime, failedStart, impossible, gaveUp, killed, purged, suspended, archived
  }

  static let kinds: [Operation.Kind] = [
    .start, .message, .interrupt, .approve, .deny, .restart, .suspend, .resume, .kill, .purge,
  ]

  @Test(arguments: End.allCases, kinds)
  func isOver(_ end: End, _ kind: Operation.Kind) async throws {
    // What is written to somebody who rests is for when they wake: the store takes no other message meanwhile.
    if end == .suspended, [.start, .message].contains(kind) { return }
    let ports = try ports(for: end)
    let operation = try await submit(kind, to: ports)
    try await withCore(ports, edit: { $0.restarts.maximumRestarts = 1 }) { _ in
      try await until { try await ports.operation(operation).outcome != .pending }
    }
  }

  @Test func aStartThatItsSessionsEndOvertookSaysWhy() async throws {
    for (end, word) in [(End.failedStart, "it ended"), (.killed, "killed"), (.gaveUp, "its sandbox ended")] {
      let ports = try ports(for: end)
      let operation = try await submit(.start, to: ports)
      try await withCore(ports, edit: { $0.restarts.maximumRestarts = 1 }) { _ in
        try await until { try await ports.operation(operation).outcome != .pending }
        guard case .failed(let reason) = try await ports.operation(operation).outcome else {
          Issue.record("a start into \(end) succeeded")
          return
        }
        #expect(reason.contains(word))
      }
    }
  }

  private func ports(for end: End) throws -> StandInPorts {
    let ports = try makePorts(sandbox: nil)
    ports.state.withLock { state in
      switch end {
      case .finished: state.end(.finished)
      case .failedRuntime: state.end(.failed)
      case .failedStart:
        state.sandbox = try? makeSandbox(ready: false, finished: "WorkspaceFailed")
        state.sandbox?.session = state.managed.session.id
      case .impossible: state.creationFailure = ControlFailure(.invalidArgument, "It cannot be.")
      case .gaveUp: state.makesFinishedSandboxes = true
      case .killed: state.managed.session.desired = .killed
      case .purged: state.managed.session.desired = .purged
      case .suspended: state.managed.session.desired = .suspended
      case .archived: state.managed.session.desired = .archived
      }
      // Those that may be started again are, and end again.
      if state.creationFailure == nil { state.makesFinishedSandboxes = true }
    }
    return ports
  }
}

extension StandInPorts.State {
  fileprivate mutating func end(_ activity: SessionProjection.Activity) {
    managed.projection.activity = activity
    managed.projection.generation = managed.session.generation
    managed.projection.lastSeq = 2
  }
}
