/// Makes and keeps what teams have where their sandboxes are. What belongs to a team that is no more stays.
package protocol TeamProvisioner: Sendable {
  /// Puts in place what is missing and puts back what differs. Failures are in the report: what went well stays.
  func keep(_ team: Team) async -> TeamReport

  /// Looks only.
  func inspect(_ team: Team) async -> TeamReport
}

/// Keeps what the core found of teams, so that a console needs nothing but the store to show it.
package protocol TeamReportStore: Sendable {
  /// Takes the place of the team's former one; a team that is gone is passed over.
  func writeReport(_ report: TeamReport, of team: ResourceName) async throws(ControlFailure)
  /// `nil` where no core has looked yet.
  func teamReport(of team: ResourceName) async throws(ControlFailure) -> StoredTeamReport?
}

/// A report as it was stored.
package struct StoredTeamReport: Sendable, Hashable {
  package var report: TeamReport
  package var writtenAt: Timestamp

  package init(report: TeamReport, writtenAt: Timestamp) {
    self.report = report
    self.writtenAt = writtenAt
  }
}
