/// Delays between attempts: doubling from `first` to `longest`, each shortened by up to half at random, so that many
/// clients that lost the same server do not come back in step.
package struct RetryPace: Sendable {
  private let first: Duration
  private let longest: Duration
  private var full: Duration
  /// Attempts that failed since the last success.
  package private(set) var failures = 0

  package init(first: Duration = .milliseconds(100), longest: Duration = .seconds(10)) {
    self.first = first
    self.longest = longest
    full = first
  }

  /// How long to wait after one more failure.
  package mutating func delay() -> Duration {
    defer { full = min(longest, full * 2) }
    failures += 1
    return full * Double.random(in: 0.5...1)
  }

  package mutating func reset() {
    self = RetryPace(first: first, longest: longest)
  }
}
