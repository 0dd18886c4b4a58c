import ControlModel
import Logging

extension SessionController {
  func take(_ judges: [PauseCause: PauseJudge]) {
    self.judges = judges
    wake()
  }

  /// What comes with a look, which wakes by itself.
  func take(_ judges: [PauseCause: PauseJudge], share: JournalBounds) {
    (self.judges, self.share) = (judges, share)
  }

  /// The declaration holds as it is now, for sessions that run already, too.
  func applyBounds() async {
    guard session.desired == .running, managed.agent.revision > 0, let connection, let known = runnerBounds else {
      return
    }
    let declared = (managed.agent.spec.limits.journal ?? JournalBounds()).orElse(.standard)
    let wanted = declared.within(rates: share)
    guard wanted != known, (try? checkNotStopped()) != nil else { return }
    let reason = wanted == declared ? nil : "its share of what its team may write"
    do throws(ControlFailure) {
      try await ask { () async throws(ControlFailure) in try await connection.limit(wanted, because: reason) }
      runnerBounds = wanted
    } catch {
      if [.notFound, .unsupported].contains(error.code) { runnerBounds = nil }
      dependencies.logger.warning(
        "The bounds of a journal could not be changed", metadata: ["session": "\(id)", "failure": "\(error)"])
    }
  }

  /// Tells the runner what is wanted where that differs from what it does. Nothing else waits for it: a runner that does
  /// not answer is told in a later pass.
  func applyPauses() async {
    pauseProblem = ""
    guard session.desired == .running, connection != nil else { return }
    for cause in PauseCause.allCases {
      guard let judge = judges[cause] else { continue }
      let reason = judge(session)
      guard let known = runnerPauses else {
        if let reason { pauseProblem = SessionReason.notPaused.told(reason) }
        continue
      }
      if (known[cause] == nil) != (reason == nil) { await apply(cause, reason) }
    }
  }

  private func apply(_ cause: PauseCause, _ reason: String?) async {
    guard let connection, (try? checkNotStopped()) != nil else { return }
    do throws(ControlFailure) {
      try await ask { () async throws(ControlFailure) in try await connection.pause(for: cause, because: reason) }
      runnerPauses?[cause] = reason
    } catch {
      if [.notFound, .unsupported].contains(error.code) { runnerPauses = nil }
      dependencies.logger.warning(
        reason == nil ? "An agent could not be let go on" : "An agent could not be paused",
        metadata: ["session": "\(id)", "cause": "\(cause.rawValue)", "failure": "\(error)"])
    }
  }
}
