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
  /// none can start another one unseen: bubblewrap, killed while it builds a jail, leaves its other half behind. Blocks its
  /// thread until they have stopped, mostly for less than a millisecond.
  package static func kill(_ root: ProcessHandle) -> [ProcessHandle] {
    var held: [ProcessHandle] = []
    var seen: Set<ProcessIdentity> = [root.identity]
    var new = [root]
    while !new.isEmpty {
      stop(new)
      held += new
      new = descendants(of: root.identity.pid).filter { seen.insert($0).inserted }.compactMap { ProcessHandle($0) }
    }
    for process in held { process.signal(SIGKILL) }
    return held
  }

  /// Stops what is below a process, whatever group it has moved to, from the top; `root` too where it is not the
  /// caller. Returns those that it stopped: what was stopped before is somebody else's to let go on. Blocks its thread
  /// until they have stopped, mostly for less than a millisecond; one that its cgroup has frozen stops only behind that.
  package static func stop(below root: Int32) -> Set<ProcessIdentity> {
    var stopped: Set<ProcessIdentity> = []
    var seen: Set<ProcessIdentity> = []
    var new = root == getpid() ? [] : [ProcessIdentity(of: root)].compactMap { $0 }
    // One that is in the middle of a call that nothing interrupts may still get children: the caller looks again.
    for _ in 0..<16 {
      seen.formUnion(new)
      stopped.formUnion(new.filter { !(ProcessStatus(of: $0.pid)?.isStopped ?? true) })
      stop(new.compactMap { ProcessHandle($0) }, patience: 0.05)
      new = descendants(of: root).filter { !seen.contains($0) }
      if new.isEmpty { break }
    }
    return stopped
  }

  package static func resume(_ processes: Set<ProcessIdentity>) {
    for process in processes { ProcessHandle(process)?.signal(SIGCONT) }
  }

  /// Stops what is below a process, and leaves it so; one that is being started meanwhile may be missed, and is met by
  /// doing it again.
  package static func stopDescendants(of root: Int32) {
    var seen: Set<ProcessIdentity> = []
    while true {
      let new = descendants(of: root).filter { seen.insert($0).inserted }
      if new.isEmpty { return }
      for process in new { ProcessHandle(process)?.signal(SIGSTOP) }
    }
  }

  package static func resumeDescendants(of root: Int32) {
    for process in descendants(of: root) { ProcessHandle(process)?.signal(SIGCONT) }
  }

  /// There is something below the process, and none of it goes on.
  package static func areDescendantsStopped(of root: Int32) -> Bool {
    let all = descendants(of: root).compactMap { ProcessStatus(of: $0.pid) }.filter { !$0.isDead }
    return !all.isEmpty && all.allSatisfy(\.isStopped)
  }

  /// The signal takes effect only when a thread leaves the kernel: until then one that is in the middle of a fork still
  /// gets its child. A thread that nothing can interrupt, as one that waits for a disk, is not waited for any longer.
  private static func stop(_ processes: [ProcessHandle], patience: Double = 1) {
    for process in processes { process.signal(SIGSTOP) }
    let end = ContinuousClock.now + .seconds(patience)
    for process in processes {
      while !hasStopped(process.identity.pid), .now < end { usleep(200) }
    }
  }

  private static func hasStopped(_ pid: Int32) -> Bool {
    (namesIn("/proc/\(pid)/task") ?? []).allSatisfy { thread in
      guard let text = readText("/proc/\(pid)/task/\(thread)/stat"), let status = ProcessStatus(parsing: text) else {
        return true
      }
      return status.isStopped || status.isDead
    }
  }

  /// Processes outside of any jail whose command line ends with exactly these arguments.
  package static func processes(withArguments arguments: [String]) -> [ProcessIdentity] {
    processes { $0.suffix(arguments.count) == arguments[...] }
  }

  /// Processes outside of any jail whose command line is a wanted one.
  package static func processes(whose isWanted: ([String]) -> Bool) -> [ProcessIdentity] {
    let namespace = linkTarget("/proc/self/ns/pid")
    return processes().keys.compactMap { pid in
      guard let line = readFile("/proc/\(pid)/cmdline"), linkTarget("/proc/\(pid)/ns/pid") == namespace else {
        return nil
      }
      let found = line.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      return isWanted(found.map { String(decoding: $0, as: UTF8.self) }) ? ProcessIdentity(of: pid) : nil
    }
  }
}
