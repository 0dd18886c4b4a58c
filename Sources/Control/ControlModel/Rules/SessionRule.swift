/// What may be done to a session in which state: the one table that the console, the command line, the store and the core
/// ask.
package enum SessionRule {
  /// Why something cannot be done to a session as it is.
  package struct Refusal: Sendable, Hashable {
    /// What is said of the session, behind its name: "is suspended".
    package var state: String
    package var hint: String?

    package init(_ state: String, hint: String? = nil) {
      self.state = state
      self.hint = hint
    }

    package func failure(of kind: Operation.Kind, on session: Session) -> ControlFailure {
      ControlFailure(.refused, "The session \(session.id) \(state): it cannot be \(kind.participle).", hint: hint)
    }
  }

  /// `nil` where it may be done. Whether it waits for a decision is told by its state to whoever does not know better.
  package static func refusal(
    of kind: Operation.Kind, on session: Session, asksForDecision: Bool? = nil
  ) -> Refusal? {
    if session.foreign != nil, let refusal = refusal(of: kind, onForeign: session) { return refusal }
    switch session.desired {
    case .purged: return Refusal("is purged")
    case .archived: return kind == .purge ? nil : Refusal("is imported history: nothing runs")
    case .killed: return kind == .purge ? nil : Refusal("is killed")
    case .suspended:
      // What runs in vain for a suspended session is begun anew.
      if [.message, .interrupt, .approve, .deny].contains(kind) || kind == .restart && session.state != .failed {
        return Refusal("is suspended", hint: "Resume it first.")
      }
      if kind == .suspend { return Refusal("is suspended already") }
    case .running:
      if kind == .resume { return Refusal("is not suspended") }
    }
    let asks = asksForDecision ?? [.approval, .paused, .unknown].contains(session.state)
    return [.approve, .deny].contains(kind) && !asks
      ? Refusal("asks for no approval") : refusal(of: kind, in: session.state)
  }

  private static func refusal(of kind: Operation.Kind, in state: SessionState) -> Refusal? {
    switch kind {
    case .interrupt:
      switch state {
      // One that is not up yet is about to begin its turn, or to go on with it.
      case .working, .approval, .stalled, .paused, .unknown, .starting, .restarting: nil
      case .waiting: Refusal("waits for its user: there is no turn to stop", hint: "Suspend or kill it to end it.")
      default: Refusal("is \(state.rawValue)")
      }
    case .purge where ![.finished, .failed].contains(state): Refusal("is not over", hint: "Kill it first.")
    default: nil
    }
  }

  private static func refusal(of kind: Operation.Kind, onForeign session: Session) -> Refusal? {
    let isGone = session.desired == .killed
    switch kind {
    case .message, .interrupt, .approve, .deny:
      return Refusal(
        "is somebody else's sandbox", hint: "Whoever made it speaks to its agent; Paddock only reads its log.")
    case .purge where !isGone: return Refusal("is still there", hint: "Kill it first.")
    case .restart where session.desired == .suspended: return Refusal("is suspended", hint: "Resume it first.")
    case .suspend, .resume, .restart, .kill: return isGone ? Refusal("is gone") : nil
    default: return nil
    }
  }
}

extension SessionRule {
  /// Whether the session may be so because of this very operation, carried out before a crash.
  package static func isDone(_ operation: Operation, on session: Session) -> Bool {
    switch operation.kind {
    case .restart: operation.generation.map { $0 < session.generation } ?? false
    case .suspend: session.desired == .suspended
    case .resume: session.desired == .running
    case .kill: session.desired == .killed
    case .purge: session.desired == .purged
    default: false
    }
  }

  /// With what was seen when it was asked for, and what it says.
  package static func failure(
    of operation: Operation, on session: Session, with projection: SessionProjection
  ) -> ControlFailure? {
    if let generation = operation.generation, generation != session.generation {
      return ControlFailure(
        .conflict,
        "The session \(session.id) is at generation \(session.generation), not \(generation) as when it was looked at.",
        hint: "Look at it again before acting on it.")
    }
    if let refusal = refusal(of: operation.kind, on: session, asksForDecision: true) {
      return refusal.failure(of: operation.kind, on: session)
    }
    switch operation.kind {
    case .message where operation.argument?.isEmpty ?? true:
      return ControlFailure(.refused, "A message to the session \(session.id) must not be empty.")
    case .approve, .deny:
      // Of those that are not listed the runner knows which are open, and refuses the others.
      guard let call = operation.argument, projection.openApprovals.contains(call) || projection.unlistedApprovals > 0
      else {
        return ControlFailure(
          .refused, "The session \(session.id) does not wait for a decision on '\(operation.argument ?? "")'.",
          hint: "It was answered already, or the agent gave up asking.")
      }
      return nil
    default: return nil
    }
  }
}
