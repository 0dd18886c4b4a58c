import ControlCore
import ControlModel
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HoldingTests {
  private func ports(workingFor seconds: Double) throws -> StandInPorts {
    let ports = try makeTalkingPorts()
    ports.state.withLock { state in
      state.runner = nil
      state.managed.projection.activity = .working
      state.managed.projection.activitySince = Timestamp.now().advanced(bySeconds: -seconds)
    }
    return ports
  }

  @Test func aTurnThatHasGoneOnIsHeldOnce() async throws {
    let ports = try ports(workingFor: 60)
    try await withCore(ports) { core in
      try await until { ports.state.withLock { $0.holds } == [true] }
      // What an idle session needs is written as seldom.
      ports.state.withLock { $0.managed.projection.activity = .waiting }
    }
    #expect(ports.state.withLock { $0.holds } == [true])
  }

  @Test func aYoungTurnIsNotHeld() async throws {
    let ports = try ports(workingFor: 1)
    try await withCore(ports) { _ in try await until { ports.state.withLock { $0.holds } == [false] } }
  }

  /// The core before this one has held it for long enough.
  @Test func aHoldThatIsTooOldIsLetGo() async throws {
    let ports = try ports(workingFor: 4_000)
    ports.state.withLock { $0.heldSince = Timestamp.now().advanced(bySeconds: -TurnHold.longest - 1) }
    try await withCore(ports) { _ in try await until { ports.state.withLock { $0.holds } == [false] } }
  }

  @Test func aClusterThatDoesNotAnswerHoldsNothingUp() async throws {
    let ports = try ports(workingFor: 60)
    ports.state.withLock { $0.hangsHolds = true }
    try await withCore(ports) { _ in
      try await until { ports.state.withLock { $0.holds } == [true] }
      ports.state.withLock { state in
        let session = state.managed.session
        state.operations = [
          Operation(
            id: .make(at: .now()), kind: .kill, team: session.team, session: session.id,
            generation: session.generation, actor: "ann", requestedAt: .now())
        ]
      }
      try await until { ports.state.withLock { $0.deletions } > 0 }
    }
  }
}
