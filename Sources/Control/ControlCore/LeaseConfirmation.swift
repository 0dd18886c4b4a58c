import Synchronization

/// Until when what a core holds is known to be its own. A process that was stopped, or cut off from its database, wakes
/// up behind this time: others may have what it had.
final class LeaseConfirmation: Sendable {
  /// `nil` for a core that shares with nobody.
  private let end: Mutex<ContinuousClock.Instant?>

  init(isNeeded: Bool) { end = Mutex(isNeeded ? .now : nil) }

  var isValid: Bool { end.withLock { end in end.map { .now < $0 } ?? true } }

  /// From the moment at which the question was asked that was answered since.
  func extend(to latest: ContinuousClock.Instant) {
    end.withLock { end in end = end.map { max($0, latest) } }
  }

  func lapse() {
    end.withLock { end in end = end.map { min($0, .now) } }
  }
}
