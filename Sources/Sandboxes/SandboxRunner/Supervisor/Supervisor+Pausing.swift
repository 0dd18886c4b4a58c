import AgentRuntimes
package import ControlModel
import Glibc
import ProcessIdentity

/// A paused agent's processes are stopped where they are, and its output is left in its pipes; one that is not started yet
/// is not started. The runner goes on with everything else.
extension Supervisor {
  /// Between two looks whether somebody let a stopped process go on.
  private static let refreezeSeconds = 5.0

  /// Returns when the processes have stopped, whether or not it can be journalled: a full disk is a reason to pause.
  package func pause(for cause: PauseCause, because reason: String?) {
    guard phase == .running, pauses[cause] != reason else { return }
    pauses[cause] = reason
    // Stopped before it is told, in case it cannot be; told before it goes on, which may be a reason for the next pause.
    freeze()
    enqueue([.emit(draft(cause, reason))])
    if pauses.isEmpty { goOn() }
  }

  func freeze() {
    guard phase == .running, !pauses.isEmpty else { return }
    regulateOutput()
    guard let child else { return }
    // Orphans of a container fall to its first process.
    frozen.formUnion(ProcessTree.stop(below: getpid() == 1 ? 1 : child.process))
    guard !isRefreezeScheduled else { return }
    isRefreezeScheduled = true
    after(Self.refreezeSeconds) { supervisor in
      supervisor.isRefreezeScheduled = false
      supervisor.freeze()
    }
  }

  /// Lets the processes go on, and no more than that.
  func thaw() {
    ProcessTree.resume(frozen)
    frozen = []
  }

  private func goOn() {
    thaw()
    regulateOutput()
    if isLaunchDue { launch() }
  }

  /// The one place that says whether the agent is read from: everything that may hold it back is asked.
  func regulateOutput() {
    if problem == nil && pauses.isEmpty && !isHeldBack { child?.resume() } else { child?.pause() }
  }

  private func draft(_ cause: PauseCause, _ reason: String?) -> EventDraft {
    var detail: JSONObject = ["cause": .string(cause.rawValue)]
    detail["reason"] = reason.map(JSONValue.string)
    guard let reason else {
      let rest = pauses.isEmpty ? "The agent goes on" : "The agent stays paused: \(pauses.phrase)"
      return EventDraft(.lifecycle, rest, name: "runner.unpaused", detail: detail)
    }
    return EventDraft(.lifecycle, "The agent is paused: \(reason)", name: "runner.paused", detail: detail)
  }
}
