/// What becomes of a session when its node is drained now, as far as its row tells. Pure.
package enum DrainOutlook: Sendable, Hashable {
  /// No turn runs: it goes on elsewhere and nothing is cut.
  case moves
  /// In a turn, in seconds, that is not held: what its tools are at is cut, and the turn goes on elsewhere.
  case cut(turn: Double)
  /// In a turn that the drain waits for, for at most so many more seconds.
  case waits(turn: Double, atMost: Double)

  package init(_ session: Session, at now: Timestamp) {
    guard [.working, .approval].contains(session.state) else {
      self = .moves
      return
    }
    let turn = max(0, now.seconds(since: session.stateSince))
    let left = TurnHold.after + TurnHold.longest - turn
    self = turn < TurnHold.after || left <= 0 ? .cut(turn: turn) : .waits(turn: turn, atMost: left)
  }

  package var sentence: String {
    switch self {
    case .moves: "goes on elsewhere"
    case .cut(let turn): "would be cut: in a turn for \(Self.text(turn))"
    case .waits(let turn, let left): "is waited for: in a turn for \(Self.text(turn)), at most \(Self.text(left)) more"
    }
  }

  private static func text(_ seconds: Double) -> String {
    seconds < 100 ? "\(Int(seconds)) s" : "\(Int(min(seconds, 1e9) / 60)) min"
  }
}
