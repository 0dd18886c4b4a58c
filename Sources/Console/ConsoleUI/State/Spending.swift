package import ControlModel

/// What was spent since the operator's midnight. Read again when sessions have changed, at most every other second, and at
/// the next midnight.
package struct Spending: Sendable, Hashable {
  package private(set) var today = USD.zero
  /// Sessions have changed since it was asked for.
  var isStale = true
  private var midnight: Timestamp?
  private var askedAt: Timestamp?

  static let pause = 2.0

  /// From when on to ask, if it is time to.
  mutating func due(at now: Timestamp, _ localTime: LocalTime) -> Timestamp? {
    let start = localTime.startOfDay(now)
    // A clock that was set back must not keep it from asking.
    let isRested = askedAt.map { !(0..<Self.pause).contains(now.seconds(since: $0)) } ?? true
    guard start != midnight || isStale, isRested else { return nil }
    if start != midnight { today = .zero }
    (midnight, askedAt, isStale) = (start, now, false)
    return start
  }

  /// An answer for a day that is over is none.
  mutating func take(_ usage: Usage, since start: Timestamp) {
    if start == midnight { today = usage.cost }
  }
}
