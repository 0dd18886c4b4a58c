/// An allowance that fills up evenly and holds a minute's worth. What is taken beyond it is a debt, since what was read
/// has to be journalled whole: until it is paid, nothing more is to be read.
struct TokenBucket: Sendable {
  /// Paid for at once after a debt, so that its end is not looked for after every line.
  private static let stride = 0.1

  /// Per second.
  private(set) var rate: Double
  private var capacity: Double { rate * 60 }
  private var level: Double
  /// Seconds of any steady clock.
  private var filledAt: Double

  init(perMinute: Double, at now: Double) {
    rate = max(perMinute, 1) / 60
    level = max(perMinute, 1)
    filledAt = now
  }

  mutating func take(_ amount: Double, at now: Double) {
    fill(at: now)
    level -= amount
  }

  /// Seconds for which nothing more should be taken; 0 while there is no debt.
  mutating func wait(at now: Double) -> Double {
    fill(at: now)
    return level < 0 ? Self.stride - level / rate : 0
  }

  /// Half a minute's worth is there again.
  mutating func isCalm(at now: Double) -> Bool {
    fill(at: now)
    return level >= capacity / 2
  }

  /// What was saved up stays, as far as it fits; so does a debt.
  mutating func setRate(perMinute: Double, at now: Double) {
    fill(at: now)
    rate = max(perMinute, 1) / 60
    level = min(level, capacity)
  }

  /// A clock that goes back takes nothing away.
  private mutating func fill(at now: Double) {
    level = min(capacity, level + max(0, now - filledAt) * rate)
    filledAt = max(filledAt, now)
  }
}
