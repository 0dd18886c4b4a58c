import ControlCore
import ControlModel
import Synchronization
import Testing

/// What cannot be seen is not told as what it was, nor as what it is not.
@Suite(.timeLimit(.minutes(1))) struct OutageTests {
  private let failure = ControlFailure(.unavailable, "The cluster does not answer.")

  private func state(of ports: StandInPorts) -> (SessionState, String) {
    ports.state.withLock { ($0.managed.session.state, $0.managed.session.stateReason) }
  }

  @Test func aSessionNobodySeesIsNotKnownSinceWhenAndComesBack() async throws {
    let ports = try makePorts(sandbox: makeSandbox())
    ports.state.withLock { $0.sightFailure = failure }
    try await withCore(ports) { _ in
      try await until { state(of: ports).0 == .unknown }
      let reason = state(of: ports).1
      #expect(reason.hasPrefix("since ") && reason.hasSuffix(" UTC: The cluster does not answer."))
      ports.state.withLock { $0.sightFailure = nil }
      try await until { state(of: ports).0 == .starting }
      // Now it has a controller.
      ports.state.withLock { $0.sightFailure = failure }
      try await until { state(of: ports).0 == .unknown }
    }
  }

  @Test func whatARunnerSaysIsKnownWhateverTheEngineSees() throws {
    var observed = try makeObservation(activity: .working, lastSeq: 3, sandbox: try makeSandbox(), isConnected: true)
    observed.outage = EngineOutage(since: noon, reason: "It is away.")
    #expect(observed.state(policy: RestartPolicy(), stallAfter: 60, now: noon).state == .working)
    observed.isConnected = false
    let state = observed.state(policy: RestartPolicy(), stallAfter: 60, now: noon)
    #expect(state == DerivedState(.unknown, "since \(noon.timeOfDay) UTC: It is away."))
    observed.session.desired = .suspended
    #expect(observed.state(policy: RestartPolicy(), stallAfter: 60, now: noon).state == .suspended)
  }

  @Test func whatDoesNotStartByItselfNeedsSomebody() throws {
    for (reason, message, needs) in [
      ("ImagePullBackOff", "Back-off pulling image", true), ("Unschedulable", "0/3 nodes are available", true),
      ("ReconcilerError", "pods is forbidden: exceeded quota: team", true), ("PodInitializing", "", false),
    ] {
      var sandbox = try makeSandbox(ready: false)
      sandbox.conditions = [.init(type: "Ready", isTrue: false, reason: reason, message: message, since: noon)]
      let observed = try makeObservation(sandbox: sandbox)
      func state(_ seconds: Double) -> SessionState {
        observed.state(policy: RestartPolicy(), stallAfter: 60, now: noon.advanced(bySeconds: seconds)).state
      }
      #expect(state(1) == .starting)
      #expect(state(11) == (needs ? .stalled : .starting), "\(reason)")
    }
  }
}
