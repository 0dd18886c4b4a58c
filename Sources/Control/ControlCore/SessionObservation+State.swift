package import ControlModel

/// A session's state, and why.
package struct DerivedState: Sendable, Hashable {
  package var state: SessionState
  /// One phrase; empty when the word says it all.
  package var reason: String

  package init(_ state: SessionState, _ reason: String = "") {
    self.state = state
    self.reason = reason
  }
}

extension SessionObservation {
  /// The state to show. `stallAfter`: seconds of silence within a turn.
  package func state(policy: RestartPolicy, stallAfter: Double, now: Timestamp) -> DerivedState {
    switch session.desired {
    case .archived: DerivedState(.finished, "imported")
    case .killed, .purged: DerivedState(.killed, sandbox == nil ? "" : "ending its sandbox")
    case .suspended: DerivedState(.suspended, sandbox?.operatingMode == .running ? "ending its processes" : "")
    case .running: runningState(policy: policy, stallAfter: stallAfter, now: now)
    }
  }

  private func runningState(policy: RestartPolicy, stallAfter: Double, now: Timestamp) -> DerivedState {
    if hasEnded {
      return DerivedState(projection.activity == .failed ? .failed : .finished, projection.reason)
    }
    if let spentBudget { return DerivedState(.failed, spentBudget) }
    if sandbox == nil, let impossibility { return DerivedState(.failed, impossibility) }
    if let startFailure { return DerivedState(.failed, startFailure.message) }
    // Its runner may be well; whoever cannot see it knows neither.
    if let outage, !isConnected { return DerivedState(.unknown, outage.phrase) }
    guard let sandbox, sandbox.generation == session.generation, sandbox.operatingMode == .running else {
      return DerivedState(comingUp, "making the sandbox")
    }
    if sandbox.isFinished { return endedState(sandbox, policy: policy, now: now) }
    if let frozen = sandbox.condition(Sandbox.Condition.frozen), frozen.isTrue {
      return DerivedState(sandbox.isReady ? .paused : comingUp, frozen.message)
    }
    guard sandbox.isReady else {
      let ready = sandbox.condition("Ready")
      let state: SessionState = ready?.needsSomebody(at: now) == true ? .stalled : comingUp
      return DerivedState(state, ready?.message ?? "")
    }
    guard isConnected, projection.generation == session.generation else {
      if let since = unansweredSince, now.seconds(since: since) >= Self.answerGrace {
        return DerivedState(.unknown, SessionReason.deaf.told(since.timeOfDay))
      }
      return DerivedState(comingUp, "waiting for the runner to answer")
    }
    if !projection.pauses.isEmpty { return DerivedState(.paused, projection.pauses.phrase) }
    return activityState(stallAfter: stallAfter, now: now)
  }

  /// Seconds in which a runner is only coming up, or back.
  private static let answerGrace = 30.0

  /// A session that has run before is restarting; one that has not is starting.
  private var comingUp: SessionState {
    projection.lastSeq > 0 ? .restarting : .starting
  }

  private func endedState(_ sandbox: Sandbox, policy: RestartPolicy, now: Timestamp) -> DerivedState {
    let message = sandbox.condition("Finished")?.message ?? "its sandbox ended"
    switch policy.decide(crashes: crashes, now: now) {
    case .now: return DerivedState(.restarting, message)
    case .wait(let until):
      return DerivedState(.restarting, "\(message); next try in \(Int(until.seconds(since: now).rounded(.up))) s")
    case .giveUp(let reason): return DerivedState(.failed, reason)
    }
  }

  private func activityState(stallAfter: Double, now: Timestamp) -> DerivedState {
    switch projection.activity {
    case .idle, .starting:
      return DerivedState(
        comingUp == .restarting && session.generation > 1 ? .restarting : .starting, "starting the runtime")
    case .working:
      if let last = projection.lastEventAt, now.seconds(since: last) > stallAfter {
        return DerivedState(.stalled, SessionReason.silent.told(last.timeOfDay))
      }
      return DerivedState(.working, projection.slowed)
    case .waiting: return DerivedState(.waiting, projection.reason.isEmpty ? projection.slowed : projection.reason)
    case .approval: return DerivedState(.approval, projection.reason)
    case .finished: return DerivedState(.finished, projection.reason)
    case .failed: return DerivedState(.failed, projection.reason)
    }
  }
}
