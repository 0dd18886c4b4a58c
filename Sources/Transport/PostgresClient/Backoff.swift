/// Delays between attempts: doubling from `first` to `longest`, each shortened by up to half at random, so that many
/// clients that lost the same server do not come back in step.
package struct Backoff: Sendable {
  private var next: Double
  private let first: Double
  private let longest: Double

  package init(first: Double = 0.05, longest: Double = 5) {
    self.first = first
    self.longest = longest
    next = first
  }

  /// Seconds to wait before the next attempt.
  package mutating func delay() -> Double {
    let full = next
    next = min(longest, next * 2)
    return full * Double.random(in: 0.5...1)
  }

  package mutating func reset() {
    next = first
  }
}
