/// What teams keep for how long, and what is kept whatever they say.
package protocol RetentionStore: Sendable {
  /// Of the teams that have set one.
  func retentions(of team: ResourceName?) async throws(ControlFailure) -> [Retention]
  func setRetention(_ retention: Retention, actor: String, reason: String?) async throws(ControlFailure)
  func previewRetention(_ retention: Retention) async throws(ControlFailure) -> RetentionPreview

  /// Those that were not released.
  func legalHolds(of team: ResourceName?) async throws(ControlFailure) -> [LegalHold]
  /// Of one session, or of all that the team has and will have. The number of the hold.
  func hold(
    _ session: SessionID?, of team: ResourceName, actor: String, reason: String
  ) async throws(ControlFailure) -> Int64
  func releaseHold(_ id: Int64, actor: String, reason: String) async throws(ControlFailure)

  /// Makes room for the events of sessions that begin this month and the next; for a core.
  func prepareMonths() async throws(ControlFailure)
  /// One small step of what the terms ask for, at most so many rows; says what went, `nil` when there is nothing to do.
  /// For a core.
  func retain(limit: Int) async throws(ControlFailure) -> String?
}
