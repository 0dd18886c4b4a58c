package import ControlModel

/// All that is known of one session at one moment: what operators want, what its events say, what the engine shows.
package struct SessionObservation: Sendable, Hashable {
  package var session: Session
  package var projection: SessionProjection
  package var sandbox: Sandbox?
  /// The runner of this generation has answered, and its journal is being recorded.
  package var isConnected: Bool
  /// When sandboxes of this session ended without being told to, oldest first.
  package var crashes: [Timestamp]
  /// Why no sandbox can be made for this generation, however often it is tried.
  package var impossibility: String?
  /// What the session may cost in all.
  package var budget: USD?
  /// Since when, and why, the sandbox is not seen as it is.
  package var outage: EngineOutage?
  /// Its sandbox runs, and its runner has said nothing since; `nil` while it is connected, and before it was asked.
  package var unansweredSince: Timestamp?

  package init(
    session: Session, projection: SessionProjection, sandbox: Sandbox? = nil, isConnected: Bool = false,
    crashes: [Timestamp] = [], impossibility: String? = nil, budget: USD? = nil,
    outage: EngineOutage? = nil, unansweredSince: Timestamp? = nil
  ) {
    self.session = session
    self.projection = projection
    self.sandbox = sandbox
    self.isConnected = isConnected
    self.crashes = crashes
    self.impossibility = impossibility
    self.budget = budget
    self.outage = outage
    self.unansweredSince = unansweredSince
  }

  /// The runtime has ended by itself in the current generation; it is not started again unless somebody asks.
  var hasEnded: Bool {
    projection.generation == session.generation && [.finished, .failed].contains(projection.activity)
  }

  /// Nothing is started for a session whose budget is spent, until it has a larger one. What runs is the reaper's.
  var spentBudget: String? {
    guard let budget, projection.cost >= budget else { return nil }
    if let sandbox, sandbox.generation == session.generation, sandbox.operatingMode == .running, !sandbox.isFinished {
      return nil
    }
    return SessionReason.spent.told("\(projection.cost)", "\(budget)")
  }

  /// The sandbox can never become ready: its workspace could not be made, its image cannot be had.
  var startFailure: Sandbox.Condition? {
    guard let sandbox, sandbox.generation == session.generation, let finished = sandbox.condition("Finished"),
      finished.isTrue
    else { return nil }
    return finished.reason.hasSuffix("Failed") ? finished : nil
  }
}
