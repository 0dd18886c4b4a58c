extension Operation {
  /// Why it is none of this session's, whatever asked for it; `nil` when it is. Says nothing of the session: whoever
  /// reads it may have no business with that.
  package func misfit(on session: Session) -> String? {
    guard self.session == session.id, team == session.team else {
      return "The team '\(team)' has no session \(self.session?.text ?? "")."
    }
    return nil
  }
}
