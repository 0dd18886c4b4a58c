import AgentRuntimes
import ControlModel
import Glibc
import ProcessIdentity
import RunnerProtocol

/// How many processes of the agent the kernel has killed for going over their memory limit: what it tells the process
/// itself is SIGKILL, which says nothing.
struct MemoryKills: Sendable {
  private var file: String?
  private var atStart = 0

  /// A container sees its own group's file under this name.
  private static let ofContainer = "/sys/fs/cgroup/memory.events"

  init() {}

  /// Counted from now on.
  init(_ configuration: RunnerConfiguration) {
    file = configuration.memoryEvents ?? (configuration.launcher.isEmpty ? Self.ofContainer : nil)
    atStart = count
  }

  var hasNew: Bool { count > atStart }

  private var count: Int { file.flatMap(readText).map(Self.count) ?? 0 }

  /// The line `oom_kill N`, in `memory.events` of version 2 and in `memory.oom_control` of version 1 alike.
  static func count(in text: String) -> Int {
    let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
    return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
  }

  /// Where the runtime itself went on, or ended otherwise, after one of its programs was killed.
  static let word = EventDraft(
    .error, "A program of the agent was killed because it went over the memory limit (spec.limits.memory).",
    name: "memory", isError: true)
}

extension RuntimeExit {
  /// The same end, known to be by the memory limit; a jail tells a signal as 128 and its number.
  var forMemory: RuntimeExit {
    switch self {
    case .signal(9), .code(137): .outOfMemory
    default: self
    }
  }
}
