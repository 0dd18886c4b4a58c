import CSpawn
import Glibc
import Synchronization

/// Which children are our own, so that the reaper of orphans leaves their exit statuses to their owners.
package final class ChildRegistry: Sendable {
  package static let shared = ChildRegistry()

  private let owned = Mutex<Set<pid_t>>([])

  /// Starting and noting are one step: a child that ends at once must not be taken for an orphan.
  func start(_ body: () throws(SystemError) -> pid_t) throws(SystemError) -> pid_t {
    try owned.withLock { owned throws(SystemError) in
      let process = try body()
      owned.insert(process)
      return process
    }
  }

  func reap(_ process: pid_t) {
    owned.withLock { owned in
      _ = retrying { Int(waitpid(process, nil, 0)) }
      owned.remove(process)
    }
  }

  /// For a runner that is process 1 of its container: zombies of other processes' children fall to it.
  package func reapOrphans() {
    startThread {
      while true {
        let process = cspawn_wait_any()
        // Without children, or while a child of ours waits for its owner, there is nothing to wait on.
        if process < 0 || self.owned.withLock({ self.reap(process, unlessIn: $0) }) { usleep(200_000) }
      }
    }
  }

  private func reap(_ process: pid_t, unlessIn owned: Set<pid_t>) -> Bool {
    if owned.contains(process) { return true }
    waitpid(process, nil, WNOHANG)
    return false
  }
}
