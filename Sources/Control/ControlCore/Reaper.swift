package import ControlModel

/// What the core asks for on its own account; it becomes an operation like any operator's, with the reason in it.
package struct Reaper: Sendable {
  package struct Request: Sendable, Hashable {
    package var kind: Operation.Kind
    package var reason: String
  }

  /// For how long a task in the background keeps its sandbox: a forgotten server must not keep it for ever.
  package static let longestTask = 4 * 3600.0

  /// Why the session should be suspended now, if it should.
  package static func request(for observation: SessionObservation, limits: AgentSpec.Limits, now: Timestamp) -> Request?
  {
    guard observation.session.desired == .running, observation.isConnected, !observation.hasEnded else { return nil }
    if let budget = limits.budget, observation.projection.cost >= budget {
      return Request(
        kind: .suspend, reason: SessionReason.spent.told("\(observation.projection.cost)", "\(budget)"))
    }
    if let idleTimeout = limits.idleTimeout, observation.projection.activity == .waiting,
      !hasTask(observation.projection, now),
      let last = observation.projection.lastEventAt, now.seconds(since: last) >= idleTimeout
    {
      return Request(
        kind: .suspend,
        reason: "It has waited for \(Milliseconds(seconds: idleTimeout).written { $0 / 1000 }) s, its idle time-out.")
    }
    return nil
  }

  private static func hasTask(_ projection: SessionProjection, _ now: Timestamp) -> Bool {
    projection.tasks.contains { now.seconds(since: $0.since) < longestTask }
  }
}
