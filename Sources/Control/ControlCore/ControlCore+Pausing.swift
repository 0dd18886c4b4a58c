package import ControlModel

/// Why a session's agent is to be paused; `nil`: it is not. Asked often, so quick, and of the same mind while nothing
/// changes: only that there is a reason, or none any more, is acted upon.
package typealias PauseJudge = @Sendable (Session) -> String?

extension ControlCore {
  /// From now on this judge decides on pauses for this cause, in sessions that there are and those to come. Until a cause
  /// has a judge, pauses for it stay as they are: a core that has just started knows nothing yet.
  package func pause(for cause: PauseCause, where judge: @escaping PauseJudge) async {
    judges[cause] = judge
    // Those that are at hand need not wait for the next look.
    for controller in controllers.values { await controller.take(judges) }
  }
}
