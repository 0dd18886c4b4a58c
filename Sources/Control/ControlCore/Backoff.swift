/// Pauses between tries of what keeps failing: longer and longer, and never the same for many sessions at once.
struct Backoff: Sendable, Hashable {
  /// Seconds after the first failure; doubles with each one.
  var first: Double
  /// Seconds.
  var longest: Double

  /// `chance` lies within 0 and 1 and takes up to a quarter away.
  func pause(afterFailures count: Int, chance: Double = .random(in: 0...1)) -> Duration {
    let doubled = first * Double(1 << min(max(0, count - 1), 30))
    return .seconds(min(longest, doubled) * (1 - chance / 4))
  }
}
