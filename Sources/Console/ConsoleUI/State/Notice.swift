package import ControlModel

/// The line that answers the operator, for a while.
package struct Notice: Sendable, Hashable {
  package enum Level: Sendable, Hashable {
    case info, warning, failure
  }

  package let level: Level
  package let text: CleanText
  package let until: Timestamp

  package init(_ level: Level, _ text: CleanText, at time: Timestamp) {
    self.level = level
    self.text = text
    until = time.advanced(bySeconds: level == .failure ? 15 : 6)
  }

  /// The only place that makes text of a failure for the screen.
  package init(_ failure: ControlFailure, at time: Timestamp) {
    self.init(failure.code == .cancelled ? .info : .failure, CleanText(untrusted: failure.description), at: time)
  }
}
