package import ControlModel

/// The next thing to do to bring one session to what operators want of it. One step at a time: after it, look again.
package enum ReconcileStep: Sendable, Hashable {
  /// Reality matches intent, or something is under way that will be seen when it is done.
  case none
  case create
  /// Ends the processes in an orderly way and records the rest of the journal; the volume stays.
  case suspend(SandboxReference)
  case resume(SandboxReference)
  case delete(SandboxReference)
  /// Reach the runner and record its journal.
  case connect(SandboxReference)
  /// The sandbox ended by itself: a new generation is due.
  case restart(SandboxReference)
  case wait(until: Timestamp)
  case giveUp(String)
  /// Remove volume and history.
  case purge
}

extension SessionObservation {
  /// Pure and idempotent: the same observation always yields the same step.
  package func nextStep(policy: RestartPolicy, now: Timestamp) -> ReconcileStep {
    switch session.desired {
    case .archived: .none
    case .purged: endStep ?? .purge
    case .killed: endStep ?? .none
    case .suspended: suspendStep
    case .running: runStep(policy: policy, now: now)
    }
  }

  /// `nil` when there is no sandbox left. Running processes are ended in order first, so that their last words are kept.
  private var endStep: ReconcileStep? {
    guard let sandbox else { return nil }
    return sandbox.operatingMode == .running && sandbox.isReady
      ? .suspend(sandbox.reference) : .delete(sandbox.reference)
  }

  private var suspendStep: ReconcileStep {
    guard let sandbox, sandbox.operatingMode == .running else { return .none }
    return .suspend(sandbox.reference)
  }

  private func runStep(policy: RestartPolicy, now: Timestamp) -> ReconcileStep {
    guard let sandbox else { return hasEnded || impossibility != nil || spentBudget != nil ? .none : .create }
    if sandbox.generation > session.generation { return .none }
    if sandbox.generation < session.generation { return endStep ?? .create }
    if hasEnded { return suspendStep }
    if spentBudget != nil { return .none }
    if sandbox.operatingMode == .suspended { return .resume(sandbox.reference) }
    if startFailure != nil { return .none }
    if sandbox.isFinished { return crashStep(sandbox, policy: policy, now: now) }
    return sandbox.isReady && !isConnected ? .connect(sandbox.reference) : .none
  }

  private func crashStep(_ sandbox: Sandbox, policy: RestartPolicy, now: Timestamp) -> ReconcileStep {
    switch policy.decide(crashes: crashes, now: now) {
    case .now: .restart(sandbox.reference)
    case .wait(let until): .wait(until: until)
    case .giveUp(let reason): .giveUp(reason)
    }
  }
}
