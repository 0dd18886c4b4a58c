package import ControlModel

/// Sums over all sessions, made when they change and not with every draw.
package struct SessionTotals: Sendable, Hashable {
  package private(set) var headcounts: [Headcount: Int] = [:]
  package private(set) var sessions: [ResourceName: Int] = [:]

  package init() {}

  package init(_ all: some Sequence<Session>) {
    for session in all {
      if let count = session.state.headcount { headcounts[count, default: 0] += 1 }
      sessions[session.team, default: 0] += 1
    }
  }
}
