import Glibc

/// The processes below one, found through `/proc`.
package enum ProcessTree {
  package static func processes() -> [Int32: ProcessStatus] {
    var found: [Int32: ProcessStatus] = [:]
    for pid in (namesIn("/proc") ?? []).compactMap({ Int32($0) }) {
      found[pid] = ProcessStatus(of: pid)
    }
    return found
  }

  /// Children, their children and so on, without the process itself.
  package static func descendants(of root: Int32) -> [ProcessIdentity] {
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
  package static func kill(_ root: ProcessHandle) -> [ProcessHandle] {
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
  package static func processes(withArguments arguments: [String]) -> [ProcessIdentity] {
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
