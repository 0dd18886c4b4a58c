import AgentRuntimes
import ControlModel
import Glibc
import ProcessIdentity
import RunnerProtocol

extension Supervisor {
  /// Ends the runtime as gently as it lets itself be ended, within `Timing`'s bounds, and closes the journal's books.
  package func stop() async {
    guard phase != .stopped else { return }
    await withCheckedContinuation { continuation in
      stopWaiters.append(continuation)
      if phase == .running { beginStopping() }
    }
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
    enqueue(driver.stop(at: .now()))
    let terminate = timing.stopTurnSeconds
    after(terminate) { supervisor in
      let isAsked = supervisor.driver.endsItsTools && supervisor.configuration.launcher.isEmpty
      // A launcher passes nothing on.
      if isAsked { supervisor.child?.signalLeader(SIGTERM) } else { supervisor.child?.signal(SIGTERM) }
    }
    after(terminate + timing.stopTerminateSeconds) { $0.child?.signal(SIGKILL) }
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
