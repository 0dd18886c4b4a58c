/// How often and how soon a runtime that keeps failing is started again.
struct RelaunchPolicy: Sendable {
  /// After so many failures without a finished turn in between, the runtime is given up.
  static let maximumFailures = 5

  private(set) var failures = 0

  /// A turn came to its end.
  mutating func succeed() {
    failures = 0
  }

  /// Seconds to wait before the next start; `nil` to give up.
  mutating func fail() -> Double? {
    failures += 1
    guard failures < Self.maximumFailures else { return nil }
    return Double(1 << (failures - 1))
  }
}
