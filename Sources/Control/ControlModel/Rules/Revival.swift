/// When a part of the stack that has gone is started again: at once, then after longer and longer pauses, and after too
/// many tries in a row not at all. A pure state machine, fed with what was seen.
package struct Revival: Sendable {
  /// Of tries in a row; the pauses between them come to 32 s.
  package static let mostTries = 8
  /// So long a life ends the row.
  package static let soundLife = 60.0

  package private(set) var tries = 0
  package private(set) var reason = ""
  package private(set) var since: Timestamp?
  private var aliveSince: Timestamp?
  private var due: Timestamp?

  package init() {}

  package enum Step: Sendable, Hashable {
    case none, start, giveUp
  }

  package var hasGivenUp: Bool { tries >= Self.mostTries && since != nil && due == nil }

  package mutating func sawAlive(at now: Timestamp) {
    aliveSince = aliveSince ?? now
    // What was given up and lives was started by somebody.
    if hasGivenUp || aliveSince.map({ now.seconds(since: $0) >= Self.soundLife }) ?? false { tries = 0 }
    (since, due) = (nil, nil)
  }

  package mutating func sawGone(_ reason: String, at now: Timestamp) -> Step {
    if since == nil {
      (since, self.reason) = (now, reason)
      aliveSince = nil
      due = now.advanced(bySeconds: pause)
      if tries >= Self.mostTries {
        due = nil
        return .giveUp
      }
    }
    guard let due, due <= now else { return .none }
    guard tries < Self.mostTries else {
      self.due = nil
      return .giveUp
    }
    tries += 1
    // One that is gone again before it was ever seen alive has to wait, too.
    self.due = now.advanced(bySeconds: pause)
    return .start
  }

  /// The try that was just made came to nothing.
  package mutating func failed(_ reason: String, at now: Timestamp) -> Step {
    self.reason = reason
    guard tries < Self.mostTries else {
      due = nil
      return .giveUp
    }
    due = now.advanced(bySeconds: pause)
    return .none
  }

  private var pause: Double { tries == 0 ? 0 : min(0.5 * Double(1 << (tries - 1)), 16) }
}
