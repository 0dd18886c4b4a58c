import ControlModel
import Logging

/// What teams have on their engine, kept by one core for all.
extension ControlCore {
  /// Follows the looks at the sessions, in a task of its own: a cluster that is slow to answer holds nothing up.
  func keepTeams() async {
    guard let provisioner, let store = store as? any TeamStore & TeamReportStore else { return }
    var schedule = TeamSchedule(interval: settings.teamInterval)
    for await _ in looks.stream() {
      if Task.isCancelled { return }
      guard keepsTeams else {
        schedule = TeamSchedule(interval: settings.teamInterval)
        continue
      }
      // Nothing is lost by a database that does not answer: the next look asks again.
      guard let teams = try? await store.teams() else { continue }
      schedule.forget(except: teams)
      for team in schedule.due(teams, at: .now) where keepsTeams {
        await keep(team, provisioner, store, &schedule)
      }
    }
  }

  private var keepsTeams: Bool { held.contains(0) && confirmation.isValid && !Task.isCancelled }

  private func keep(
    _ team: Team, _ provisioner: any TeamProvisioner, _ store: any TeamReportStore, _ schedule: inout TeamSchedule
  ) async {
    let report = await provisioner.keep(team)
    // What a request that was cancelled says is nothing about the cluster.
    if Task.isCancelled { return }
    let metadata: Logger.Metadata = ["team": "\(team.name)"]
    for repair in report.repairs { logger.notice("\(repair)", metadata: metadata) }
    let isNews = schedule.note(team, report.trouble, at: .now)
    if isNews, let trouble = report.trouble {
      logger.warning("A team is not as it should be", metadata: metadata.merging(["failure": "\(trouble)"]) { $1 })
    }
    do throws(ControlFailure) {
      try await store.writeReport(report, of: team.name)
    } catch {
      logger.warning(
        "What was found of a team could not be written", metadata: metadata.merging(["failure": "\(error)"]) { $1 })
    }
  }
}
