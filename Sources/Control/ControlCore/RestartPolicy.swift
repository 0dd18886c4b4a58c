package import ControlModel

/// When a sandbox that ended without being told to is made again: at once, then after longer and longer pauses, and
/// after too many in a row not at all.
package struct RestartPolicy: Sendable, Hashable {
  package enum Decision: Sendable, Hashable {
    case now
    case wait(until: Timestamp)
    case giveUp(String)
  }

  /// Seconds; ends further apart than this do not count together.
  package var window: Double = 600
  package var maximumRestarts = 6
  /// Seconds before the second restart; doubles with each one.
  package var firstPause: Double = 1
  package var longestPause: Double = 60

  package init() {}

  /// `crashes` holds the end that is to be decided about, too, as its last element.
  package func decide(crashes: [Timestamp], now: Timestamp) -> Decision {
    let recent = crashes.filter { now.seconds(since: $0) < window }
    guard let last = recent.last, recent.count > 1 else { return .now }
    guard recent.count <= maximumRestarts else {
      return .giveUp(SessionReason.endsTooOften.told("\(recent.count)", "\(Int(window / 60))"))
    }
    var pause = firstPause
    for _ in 2..<recent.count { pause = min(pause * 2, longestPause) }
    let due = last.advanced(bySeconds: pause)
    return due <= now ? .now : .wait(until: due)
  }
}
