extension SessionState {
  /// Who needs a human comes first; lower is more urgent. Lists of the console, the command line and the database are in
  /// this order.
  package var attention: Int {
    switch self {
    case .approval: 0
    case .stalled, .paused, .unknown: 1
    case .failed: 2
    case .waiting: 3
    case .working: 4
    case .starting, .restarting: 5
    case .suspended: 6
    case .finished: 7
    case .killed: 8
    }
  }

  /// Of the sessions in such a state, those that came to it last stand first: it is over. Of the others those do that have
  /// been in it the longest.
  package var isOver: Bool { [.finished, .killed].contains(self) }
}
