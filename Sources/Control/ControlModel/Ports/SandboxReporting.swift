/// An engine that can tell more of its sandboxes than the core needs to know.
package protocol SandboxReporter: Sendable {
  /// Of those that are somebody's session. What cannot be learned at the moment is left out, never thrown.
  func reports(of sandboxes: [Sandbox]) async -> [SessionID: SandboxReport]

  /// As far as the engine knows without asking.
  func status() async -> EngineStatus
}

/// Keeps what engines tell, so that a console needs nothing but the store to show it.
package protocol SandboxReportStore: Sendable {
  /// Each takes the place of the session's former one; sessions that are gone are passed over.
  func writeReports(_ reports: [SessionID: SandboxReport]) async throws(ControlFailure)
  /// `nil` where no engine has told anything yet.
  func sandboxReport(of session: SessionID) async throws(ControlFailure) -> StoredSandboxReport?
  /// On which nodes sandboxes were when they were last told of; without those that are on none.
  func nodes() async throws(ControlFailure) -> [SessionID: String]

  func writeStatus(_ status: EngineStatus, ofCore holder: String) async throws(ControlFailure)
  /// Of the core that said something last; `nil` when none has within half a minute.
  func engineStatus() async throws(ControlFailure) -> EngineStatus?
}
