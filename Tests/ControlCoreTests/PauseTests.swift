import ControlCore
import ControlModel
import Synchronization
import Testing

@Suite struct PauseTests {
  private let reason = "the disk is nearly full"

  private func ports(_ pauses: StandInPauses?) throws -> StandInPorts {
    let ports = try makeTalkingPorts()
    ports.state.withLock { $0.runner?.pauses = pauses }
    return ports
  }

  private func told(_ pauses: StandInPauses) -> [String] {
    pauses.told.withLock { $0.map { "\($0.cause.rawValue) \($0.reason ?? "–")" } }
  }

  @Test(.timeLimit(.minutes(1))) func whatAJudgeSaysIsToldToTheRunnerOnce() async throws {
    let pauses = StandInPauses()
    let reason = reason
    try await withCore(ports(pauses)) { core in
      await core.pause(for: .disk) { _ in reason }
      try await until { self.told(pauses) == ["disk \(reason)"] }
      await core.pause(for: .disk) { _ in "\(reason), more so" }
      await core.pause(for: .disk) { _ in nil }
      try await until { self.told(pauses) == ["disk \(reason)", "disk –"] }
    }
  }

  /// A core that has just started lifts what it judges, and nothing else.
  @Test(.timeLimit(.minutes(1))) func causesWithoutAJudgeStay() async throws {
    let pauses = StandInPauses(known: [.disk: reason, .journal: "full"])
    try await withCore(ports(pauses)) { core in
      await core.pause(for: .team) { _ in nil }
      await core.pause(for: .disk) { _ in nil }
      try await until { self.told(pauses) == ["disk –"] }
    }
  }

  @Test(.timeLimit(.minutes(1))) func aRunnerOfAnEarlierReleaseIsSaidToBeOne() async throws {
    let ports = try ports(nil)
    let reason = reason
    try await withCore(ports) { core in
      await core.pause(for: .disk) { _ in reason }
      try await until {
        ports.state.withLock { $0.states.last }.map {
          $0.state == .working
            && $0.reason == "\(reason); its runner is of an earlier release and cannot pause it"
        } ?? false
      }
      await core.pause(for: .disk) { _ in nil }
      try await until { ports.state.withLock { $0.states.last?.reason } == "" }
    }
  }

  /// A session was started with other bounds than its agent's declaration has now.
  @Test(.timeLimit(.minutes(1))) func aChangedDeclarationReachesTheRunnerThatRuns() async throws {
    let pauses = StandInPauses(bounds: JournalBounds(events: 7).orElse(.standard))
    let ports = try ports(pauses)
    try await withCore(ports) { _ in
      try await until { pauses.limits.withLock { $0 } == [.standard] }
      ports.state.withLock { $0.managed.agent.spec.limits.journal = JournalBounds(events: 9) }
      let wanted = JournalBounds(events: 9).orElse(.standard)
      try await until { pauses.limits.withLock { $0 } == [.standard, wanted] }
    }
  }

  @Test(.timeLimit(.minutes(1))) func boundsThatHoldAlreadyAndRunnersThatKnowNoneAreLeftAlone() async throws {
    for bounds in [nil, JournalBounds.standard] {
      let pauses = StandInPauses(bounds: bounds)
      let ports = try ports(pauses)
      try await withCore(ports) { _ in
        try await until { ports.state.withLock { $0.recorded == 2 && $0.states.last?.state == .working } }
        let kill = try await submit(.kill, to: ports)
        try await until { try await ports.operation(kill).outcome == .succeeded }
      }
      #expect(pauses.limits.withLock { $0 }.isEmpty)
    }
  }

  @Test func whatTheRunnerSaysIsTheState() throws {
    var observed = try makeObservation(activity: .working, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    observed.projection.pauses = [.disk: "the disk is nearly full", .journal: "its journal holds 1 GB"]
    let state = observed.state(policy: RestartPolicy(), stallAfter: 600, now: noon.advanced(bySeconds: 900))
    #expect(state == DerivedState(.paused, "its journal holds 1 GB; the disk is nearly full"))
  }

  @Test func whyAnAgentIsSlowedIsTheReasonOfItsState() throws {
    for activity in [SessionProjection.Activity.working, .waiting] {
      var observed = try makeObservation(activity: activity, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
      observed.projection.slowed = "It writes too much"
      let state = observed.state(policy: RestartPolicy(), stallAfter: 600, now: noon)
      #expect(state.state != .paused && state.reason == "It writes too much")
    }
  }
}
