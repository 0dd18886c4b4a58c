import ControlModel

/// Which operations a session's state allows: a pure function of what is stored.
enum OperationRules {
  static func refusal(
    of operation: Operation, on session: Session, with projection: SessionProjection
  ) -> ControlFailure? {
    if let generation = operation.generation, generation != session.generation {
      return ControlFailure(
        .conflict,
        "The session \(session.id) is at generation \(session.generation), not \(generation) as when it was looked at.",
        hint: "Look at it again before acting on it.")
    }
    let verb = operation.kind.verb
    if session.foreign != nil, let refusal = refusal(of: operation, onForeign: session) { return refusal }
    switch session.desired {
    case .purged: return refused("is purged", verb, session)
    case .archived: return operation.kind == .purge ? nil : refused("was imported and never ran here", verb, session)
    case .killed: return operation.kind == .purge ? nil : refused("is killed", verb, session)
    case .running, .suspended: return refusal(of: operation, onLive: session, projection)
    }
  }

  /// What the rules for sessions would say otherwise.
  private static func refusal(of operation: Operation, onForeign session: Session) -> ControlFailure? {
    let verb = operation.kind.verb
    let isGone = session.desired == .killed
    switch operation.kind {
    case .message, .interrupt, .approve, .deny:
      return refused(
        "is a foreign sandbox", verb, session, hint: "Whoever made it speaks to its agent; Paddock only reads its log.")
    case .purge where !isGone: return refused("is still there", verb, session, hint: "Kill it first.")
    case .restart where session.desired == .suspended:
      return refused("is suspended", verb, session, hint: "Resume it first.")
    case .suspend, .resume, .restart, .kill: return isGone ? refused("is gone", verb, session) : nil
    default: return nil
    }
  }

  private static func refusal(
    of operation: Operation, onLive session: Session, _ projection: SessionProjection
  ) -> ControlFailure? {
    let verb = operation.kind.verb
    let isSuspended = session.desired == .suspended
    let isOver = session.state == .finished || session.state == .failed
    switch operation.kind {
    case .message where isSuspended: return refused("is suspended", verb, session, hint: "Resume it first.")
    case .message where operation.argument?.isEmpty ?? true:
      return ControlFailure(.refused, "A message to the session \(session.id) must not be empty.")
    case .interrupt where isSuspended: return refused("is suspended", verb, session)
    case .interrupt where isOver: return refused("is \(session.state.rawValue)", verb, session)
    case .approve, .deny:
      // Of those that are not listed the runner knows which are open, and refuses the others.
      guard let call = operation.argument, projection.openApprovals.contains(call) || projection.unlistedApprovals > 0
      else {
        return ControlFailure(
          .refused, "The session \(session.id) does not wait for a decision on '\(operation.argument ?? "")'.",
          hint: "It was answered already, or the agent gave up asking.")
      }
      return nil
    case .suspend where isSuspended: return refused("is suspended already", verb, session)
    case .resume where !isSuspended: return refused("is not suspended", verb, session)
    case .purge where !isOver: return refused("is not over", verb, session, hint: "Kill it first.")
    default: return nil
    }
  }

  private static func refused(
    _ state: String, _ verb: String, _ session: Session, hint: String? = nil
  ) -> ControlFailure {
    ControlFailure(.refused, "The session \(session.id) \(state): it cannot be \(verb).", hint: hint)
  }
}

extension Operation.Kind {
  /// What `OperationStore.submit` takes.
  var isForSession: Bool {
    switch self {
    case .message, .interrupt, .approve, .deny, .restart, .suspend, .resume, .kill, .purge: true
    default: false
    }
  }

  /// What the session is when it is done, for sentences.
  fileprivate var verb: String {
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
