extension Operation.Kind {
  /// What somebody loses by it.
  package enum Danger: Sendable, Hashable {
    case none
    /// Asks, and can be undone by another operation.
    case asks
    /// Asks for a reason as well: something is lost.
    case destroys
  }

  /// All that is done to a session that is there.
  package static let ofSession: [Self] = [
    .message, .interrupt, .approve, .deny, .restart, .suspend, .resume, .kill, .purge,
  ]

  package var isForSession: Bool { Self.ofSession.contains(self) }

  /// Who may do it to a session; `nil` for what is no operation on one. `paddock.level_for` of the database says the same.
  package var leastLevel: OperatorLevel? {
    switch self {
    case .message, .approve, .deny: .approver
    case .interrupt, .restart, .suspend, .resume, .kill, .purge: .operator
    default: nil
    }
  }

  package var danger: Danger {
    switch self {
    case .restart, .kill, .purge: .destroys
    case .interrupt, .approve, .deny, .suspend: .asks
    default: .none
    }
  }

  /// Whether whoever asks is asked why. The reason of a decision is told to the agent as well: a question is answered
  /// with it.
  package var asksReason: Bool { danger == .destroys || [.approve, .deny, .suspend].contains(self) }

  /// Whether what is lost must be named by typing it.
  package var asksName: Bool { self == .purge }

  /// What the session is when it is done, for sentences.
  package var participle: String {
    switch self {
    case .message: "sent a message"
    case .interrupt: "interrupted"
    case .approve, .deny: "answered"
    case .restart: "restarted"
    case .suspend: "suspended"
    case .resume: "resumed"
    case .kill: "killed"
    case .purge: "purged"
    default: "acted upon"
    }
  }
}
