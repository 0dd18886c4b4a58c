/// Whether a cluster is asked to leave a sandbox where it is: while its agent is in the midst of a turn that has gone on for
/// a while, and not for ever, so that no turn keeps a node from being emptied. Pure.
package struct TurnHold: Sendable, Hashable {
  /// Seconds of a turn before it is held: most are over by then.
  package static let after = 30.0
  /// Seconds for which one turn is held at most.
  package static let longest = 1_800.0

  package private(set) var since: Timestamp?
  /// It was held as long as a turn is; the next one may be again.
  private var isSpent = false

  /// `since` is that of a hold that was found.
  package init(since: Timestamp? = nil) {
    self.since = since
  }

  package var isHeld: Bool { since != nil }

  package mutating func follow(_ projection: SessionProjection, at now: Timestamp) {
    guard [.working, .approval].contains(projection.activity), let began = projection.activitySince else {
      self = TurnHold()
      return
    }
    if let since, now.seconds(since: since) >= Self.longest {
      self.since = nil
      isSpent = true
    } else if since == nil, !isSpent, now.seconds(since: began) >= Self.after {
      since = now
    }
  }
}
