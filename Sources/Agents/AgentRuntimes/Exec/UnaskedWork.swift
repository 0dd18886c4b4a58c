import ControlModel

/// What a command does that nobody told it to do. What it prints says nothing of it: its processes are looked at, from its
/// start and from each line on that it prints of itself.
struct UnaskedWork: Sendable {
  /// Seconds. Starting a program takes less, and is no work.
  private static let least = 1.0

  private(set) var isSeen = false
  private var unknownSince: Timestamp?

  /// Nobody has looked yet.
  var isUnknown: Bool { unknownSince != nil }

  /// It was started, or printed something.
  mutating func mayHaveBegun(at time: Timestamp) {
    if !isSeen, unknownSince == nil { unknownSince = time }
  }

  /// What it printed can only come of work.
  mutating func begin() { (isSeen, unknownSince) = (true, nil) }

  /// Its processes do not wait for input; whether that is news.
  mutating func note(at time: Timestamp) -> Bool {
    guard let since = unknownSince, time.seconds(since: since) >= Self.least else { return false }
    begin()
    return true
  }

  mutating func end() { (isSeen, unknownSince) = (false, nil) }
}
