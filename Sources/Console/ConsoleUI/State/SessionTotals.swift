package import ControlModel

/// Sums over all sessions, made when they change and not with every draw.
package struct SessionTotals: Sendable, Hashable {
  package private(set) var headcounts: [Headcount: Int] = [:]
  package private(set) var sessions: [ResourceName: Int] = [:]
  /// Of sessions that did something since the operator's midnight.
  package private(set) var costToday = USD.zero

  package init() {}

  package init(_ all: some Sequence<Session>, localTime: LocalTime, now: Timestamp) {
    let midnight = localTime.startOfDay(now)
    for session in all {
      if let count = session.state.headcount { headcounts[count, default: 0] += 1 }
      sessions[session.team, default: 0] += 1
      guard session.desired != .archived, let last = session.lastEventAt, last >= midnight else { continue }
      costToday = costToday + session.cost
    }
  }
}
