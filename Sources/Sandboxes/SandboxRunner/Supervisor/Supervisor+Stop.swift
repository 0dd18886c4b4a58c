import AgentRuntimes
import ControlModel
import Glibc
import ProcessIdentity
import RunnerProtocol

/// The runtime is ended as gently as it lets itself be ended, within `EndSchedule`'s bounds: first a turn that runs comes to
/// its end, as far as there is time for that, then the runtime leaves.
///
/// It is the runner that waits for the turn, and not a hook before its end: it alone knows when the turn is over, takes no
/// message meanwhile that would begin another, and is told by SIGTERM wherever it runs.
extension Supervisor {
  /// Returns when the journal's books are closed.
  package func stop() async {
    guard phase != .stopped else { return }
    await withCheckedContinuation { continuation in
      stopWaiters.append(continuation)
      if phase == .running { beginStopping() }
    }
  }

  /// So long a turn may go on once the runner is told to end; from now on where it is told already.
  package func giveTurn(seconds: Double) {
    turnSeconds = seconds
    if phase == .stopping, isTurnAwaited { awaitTurn() }
  }

  private func beginStopping() {
    phase = .stopping
    isLaunchDue = false
    guard let child else { return finishStopping() }
    guard pauses.keys.allSatisfy(\.allowsOrderlyEnd) else {
      for process in frozen { ProcessHandle(process)?.signal(SIGKILL) }
      return child.signal(SIGKILL)
    }
    thaw()
    isTurnAwaited = driver.state == .working
    if isTurnAwaited { awaitTurn() } else { terminate(afterSeconds: timing.end.leave) }
    enqueue(driver.stop(at: .now()))
  }

  private func awaitTurn() {
    let end = ContinuousClock.now + .seconds(turnSeconds)
    turnEndsAt = end
    after(turnSeconds) { supervisor in
      guard supervisor.isTurnAwaited, supervisor.turnEndsAt == end else { return }
      supervisor.isTurnAwaited = false
      supervisor.terminate(afterSeconds: 0)
    }
  }

  /// After everything that happens. A turn that has come to wait for somebody is not waited for: nobody can answer it here,
  /// and it asks anew where it goes on.
  func heedEndOfTurn() {
    guard phase == .stopping, isTurnAwaited, child != nil, driver.state != .working else { return }
    isTurnAwaited = false
    let left = (turnEndsAt - .now) / .seconds(1)
    terminate(afterSeconds: min(timing.end.leave, max(left, 0)))
    enqueue(driver.stop(at: .now()))
  }

  private func terminate(afterSeconds seconds: Double) {
    after(seconds) { supervisor in
      supervisor.isTerminated = true
      let isAsked = supervisor.driver.endsItsTools && supervisor.configuration.launcher.isEmpty
      // A launcher passes nothing on.
      if isAsked { supervisor.child?.signalLeader(SIGTERM) } else { supervisor.child?.signal(SIGTERM) }
    }
    after(seconds + timing.end.terminate) { $0.child?.signal(SIGKILL) }
  }

  func finishStopping() {
    guard phase == .stopping else { return }
    enqueue([.emit(EventDraft(.lifecycle, "Runner stopped", name: "runner.stopped"))])
    synchronize()
    phase = .stopped
    for waiter in stopWaiters { waiter.resume() }
    stopWaiters = []
  }
}
