import Glibc
import ProcessIdentity

/// Whether a command can do nothing more until its standard input is written to: every thread of its processes is blocked
/// in `read` on a pipe, or waits without a limit in time for another one of them, and at least one of the pipes is
/// the command's standard input. A pipe without a name has its other end in the same command, or in the runner.
///
/// What the kernel does not show (another user's process, gVisor) counts as work.
struct InputWait {
  /// As `/proc/PID/fd` names it: `pipe:[4026531]`.
  let pipe: String
  /// The engine has put a jail around the command: the process that was started, and those below it that go by the same
  /// name, wait for the command's end in their own ways.
  let hasLauncher: Bool

  func holds(for root: pid_t) -> Bool {
    let below = ProcessTree.descendants(of: root).map(\.pid)
    let launcher = hasLauncher && !below.isEmpty ? name(of: root) : nil
    var isRead = false
    for process in [root] + below where launcher == nil || name(of: process) != launcher {
      switch reads(process) {
      case .input: isRead = true
      case .other: continue
      case nil: return false
      }
    }
    return isRead
  }

  private enum Reading {
    case input, other
  }

  /// `nil` for a process that is at work.
  private func reads(_ process: pid_t) -> Reading? {
    // A zombie has nothing left to do.
    guard let status = ProcessStatus(of: process), !status.isDead else { return .other }
    guard status.state == "S", let threads = namesIn("/proc/\(process)/task") else { return nil }
    var reading = Reading.other
    for thread in threads {
      guard let line = readText("/proc/\(process)/task/\(thread)/syscall") else { return nil }
      switch ThreadWait(parsing: line) {
      case .relative: continue
      case .other: return nil
      case .reading(let descriptor):
        guard let target = linkTarget("/proc/\(process)/fd/\(descriptor)"), target.hasPrefix("pipe:") else {
          return nil
        }
        if target == pipe { reading = .input }
      }
    }
    return reading
  }

  private func name(of process: pid_t) -> String? { readText("/proc/\(process)/comm") }
}
