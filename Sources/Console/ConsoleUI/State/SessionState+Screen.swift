package import ConsoleConfig
package import ControlModel

extension SessionState {
  /// Shown beside the word, so that neither colour nor reading is needed alone.
  package var glyph: CleanText {
    switch self {
    case .approval: "!"
    case .stalled: "?"
    case .paused: "="
    case .unknown: "…"
    case .failed: "✗"
    case .waiting: "○"
    case .working: "●"
    case .starting, .restarting: "◌"
    case .suspended: "‖"
    case .finished: "✓"
    case .killed: "×"
    }
  }

  package var word: CleanText { CleanText(untrusted: rawValue) }

  package var role: Role { .state(rawValue) }

  /// What it says of everything in its history that has no answer.
  package var endOfOpenEnds: OpenEnds.Cause? {
    switch self {
    case .killed, .failed, .suspended: .runtime
    case .finished: .session
    case .approval, .stalled, .paused, .unknown, .waiting, .working, .starting, .restarting: nil
    }
  }

  /// The header counts sessions by what they mean for the operator.
  package var headcount: Headcount? {
    switch self {
    case .approval, .stalled, .paused: .needsYou
    case .working, .starting, .restarting: .working
    case .waiting, .suspended: .idle
    case .failed: .failed
    case .unknown: .unknown
    case .finished, .killed: nil
    }
  }
}

package enum Headcount: Sendable, Hashable, CaseIterable {
  case needsYou, working, idle, failed
  /// Of which nothing is so that anybody knows.
  case unknown
}
