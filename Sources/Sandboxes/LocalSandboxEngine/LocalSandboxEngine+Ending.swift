import ControlModel
import Glibc
import ProcessIdentity

extension LocalSandboxEngine {
  /// Ends the processes of all sandboxes, whatever can be read and written: a disk that is full or read-only must not
  /// keep agents at work. That they are suspended is recorded where it can be; where not, they come back as after a
  /// crash. Nothing is adopted, so that nothing starts meanwhile. A turn may go on for `turnSeconds`.
  package func endAll(turnSeconds: Double = 0) async -> EndedSandboxes {
    var ended = EndedSandboxes()
    let directory = configuration.dataDirectory + "/sessions"
    if let names = namesIn(directory) {
      await withTaskGroup(of: EndedSandboxes.self) { group in
        for session in names.compactMap({ SessionID($0) }) {
          group.addTask { await self.endAll(of: session, turnSeconds) }
        }
        for await one in group { ended.add(one) }
      }
    } else if errno != ENOENT {
      ended.problems.append(systemFailure("read the directory", directory).summary)
    }
    ended.add(await endForgotten())
    return ended
  }

  private func endAll(of session: SessionID, _ turnSeconds: Double) async -> EndedSandboxes {
    let paths = paths(of: session)
    var ended = EndedSandboxes()
    var lock: SessionLock?
    do throws(ControlFailure) { lock = try await SessionLock.acquire(path: paths.lock) } catch {
      ended.problems.append(error.summary)
    }
    // What has no record is found with all others of its kind, by one pass over the processes.
    if var record = load(paths), record.operatingMode == .running || isAlive(record) {
      await end(&record, paths, turnSeconds, &ended)
    }
    withExtendedLifetime(lock) {}
    return ended
  }

  private func end(
    _ record: inout SandboxRecord, _ paths: SessionPaths, _ turnSeconds: Double, _ ended: inout EndedSandboxes
  ) async {
    // First the intent: killed in between, the next engine goes on with it.
    record.operatingMode = .suspended
    saveIfPossible(record, paths, &ended)
    await stop(record, turnSeconds: turnSeconds)
    ended.count += 1
    if let process = record.process, process.isAlive { ended.survivors.append(process.pid) }
    if record.process?.isAlive != true { unlink(paths.socket(of: record)) }
    record.process = nil
    record.enter(.stopped, at: .now())
    saveIfPossible(record, paths, &ended)
  }

  private func saveIfPossible(_ record: SandboxRecord, _ paths: SessionPaths, _ ended: inout EndedSandboxes) {
    do throws(ControlFailure) { try save(record, paths) } catch {
      if !ended.problems.contains(error.summary) { ended.problems.append(error.summary) }
    }
  }

  /// Runners of this data directory whose session's record or folder is gone.
  private func endForgotten() async -> EndedSandboxes {
    var ended = EndedSandboxes()
    let folder = configuration.dataDirectory + "/sessions/"
    // By the sandbox: several processes may have one's command line.
    var sandboxes: Set<String> = []
    let forgotten = ProcessTree.processes { arguments in
      guard arguments.count > 2, arguments[arguments.count - 2] == "--config", let file = arguments.last else {
        return false
      }
      guard file.hasPrefix(folder), file.hasSuffix("/sandbox/runner.json") else { return false }
      sandboxes.insert(file)
      return true
    }
    ended.count = sandboxes.count
    for process in forgotten {
      await end(process, gracePeriod: Self.hungGracePeriod)
      if process.isAlive { ended.survivors.append(process.pid) }
    }
    return ended
  }
}
