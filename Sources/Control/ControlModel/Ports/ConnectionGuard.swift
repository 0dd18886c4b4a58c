/// Keeps people's connections from holding up cores and other teams. A role can lift its own time-outs, so those that a
/// program sets for itself bind nobody who means harm.
package protocol ConnectionGuard: Sendable {
  /// Ends, and records, the connections of others than cores that have what only cores may have, keep a core or another
  /// team waiting, or idle within a transaction. Also tells of those that it may not end.
  func endIntruders() async throws(ControlFailure) -> [EndedConnection]

  /// The statement that gives what ending others lacks; `nil` when nothing is missing.
  func missingGuardRights() async throws(ControlFailure) -> String?

  /// Whether whoever asks has the rights of a core.
  func mayBeCore() async throws(ControlFailure) -> Bool

  /// Those of the sessions that cannot be recorded at present, because somebody else's transaction holds them.
  func sessionsHeldUp(among sessions: Set<SessionID>) async throws(ControlFailure) -> Set<SessionID>
}

extension ConnectionGuard where Self: ControlStore {
  package func endIntruders() async throws(ControlFailure) -> [EndedConnection] { [] }

  package func missingGuardRights() async throws(ControlFailure) -> String? { nil }

  package func mayBeCore() async throws(ControlFailure) -> Bool { true }

  package func sessionsHeldUp(among sessions: Set<SessionID>) async throws(ControlFailure) -> Set<SessionID> { [] }
}
