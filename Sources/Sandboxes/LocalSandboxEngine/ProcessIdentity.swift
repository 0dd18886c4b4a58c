import CLinux
import Glibc

/// Names one process beyond doubt. A process id is given again sooner or later; together with the moment the process
/// started and the boot it started in, it is not.
package struct ProcessIdentity: Sendable, Hashable {
  package var pid: Int32
  /// Clock ticks since the boot: field 22 of `/proc/PID/stat`.
  package var startTime: UInt64
  package var bootID: String

  package init(pid: Int32, startTime: UInt64, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }

  /// The process of that id now; `nil` when there is none, or only its unreaped remains.
  package init?(of pid: Int32) {
    guard let status = ProcessStatus(of: pid), !status.isDead else { return nil }
    self.init(pid: pid, startTime: status.startTime, bootID: Self.currentBootID)
  }

  package static let currentBootID: String = {
    let text = readText("/proc/sys/kernel/random/boot_id") ?? ""
    return String(text.prefix { $0 != "\n" })
  }()

  package var isAlive: Bool { ProcessIdentity(of: pid) == self }
}

/// What `/proc/PID/stat` says of a process.
package struct ProcessStatus: Sendable, Hashable {
  package var state: Character
  package var parent: Int32
  package var startTime: UInt64

  /// A zombie, or on its way out.
  package var isDead: Bool { state == "Z" || state == "X" }

  /// The name in parentheses may itself hold spaces and parentheses, so the fields count from its last `)`.
  package init?(parsing stat: String) {
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, let state = fields[0].first, let parent = Int32(fields[1]),
      let startTime = UInt64(fields[19])
    else { return nil }
    self.state = state
    self.parent = parent
    self.startTime = startTime
  }

  package init?(of pid: Int32) {
    guard pid > 0, let text = readText("/proc/\(pid)/stat") else { return nil }
    self.init(parsing: text)
  }
}

/// Holds on to one process, so that a signal can never reach another one that has been given its number.
final class ProcessHandle: Sendable {
  let identity: ProcessIdentity
  let descriptor: Int32

  /// `nil` when that very process is gone.
  init?(_ identity: ProcessIdentity) {
    let descriptor = paddock_pidfd_open(identity.pid)
    guard descriptor >= 0 else { return nil }
    // Only now is it certain which process the descriptor means.
    guard identity.isAlive else {
      close(descriptor)
      return nil
    }
    self.identity = identity
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// A process that has ended meanwhile is none to signal.
  func signal(_ number: Int32) {
    _ = paddock_pidfd_send_signal(descriptor, number)
  }

  /// Blocks its thread until the process has ended or the time is over.
  func waitForEnd(milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }
}

/// The processes below one, found through `/proc`.
enum ProcessTree {
  static func processes() -> [Int32: ProcessStatus] {
    var found: [Int32: ProcessStatus] = [:]
    for pid in (namesIn("/proc") ?? []).compactMap({ Int32($0) }) {
      found[pid] = ProcessStatus(of: pid)
    }
    return found
  }

  /// Children, their children and so on, without the process itself.
  static func descendants(of root: Int32) -> [ProcessIdentity] {
    let all = processes()
    let children = Dictionary(grouping: all.keys) { all[$0]?.parent ?? 0 }
    var found: [ProcessIdentity] = []
    var open = children[root] ?? []
    while let pid = open.popLast() {
      if let status = all[pid] {
        found.append(
          ProcessIdentity(pid: pid, startTime: status.startTime, bootID: ProcessIdentity.currentBootID))
      }
      open += children[pid] ?? []
    }
    return found
  }

  /// Kills a process and all below it, and returns them to be waited for. They are stopped first, from the top, so that
  /// none can start another one unseen: bubblewrap, killed while it builds a jail, leaves its other half behind.
  static func kill(_ root: ProcessHandle) -> [ProcessHandle] {
    var held = [root]
    var seen: Set<ProcessIdentity> = [root.identity]
    root.signal(SIGSTOP)
    while true {
      let new = descendants(of: root.identity.pid).filter { seen.insert($0).inserted }.compactMap { ProcessHandle($0) }
      if new.isEmpty { break }
      for process in new { process.signal(SIGSTOP) }
      held += new
    }
    for process in held { process.signal(SIGKILL) }
    return held
  }

  /// Processes outside of any jail whose command line ends with exactly these arguments.
  static func processes(withArguments arguments: [String]) -> [ProcessIdentity] {
    let wanted = arguments.map { Array($0.utf8) }
    let namespace = linkTarget("/proc/self/ns/pid")
    return processes().keys.compactMap { pid in
      guard let line = readFile("/proc/\(pid)/cmdline"), linkTarget("/proc/\(pid)/ns/pid") == namespace else {
        return nil
      }
      let found = line.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
      return found.suffix(wanted.count) == wanted[...] ? ProcessIdentity(of: pid) : nil
    }
  }
}
