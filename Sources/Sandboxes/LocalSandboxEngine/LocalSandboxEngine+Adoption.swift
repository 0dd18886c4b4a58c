import ControlModel
import Glibc
import ProcessIdentity

extension LocalSandboxEngine {
  /// Takes over what an earlier engine left, at whatever point it stopped.
  func adopt() async {
    guard !hasAdopted else { return }
    hasAdopted = true
    for session in (namesIn(configuration.dataDirectory + "/sessions") ?? []).compactMap({ SessionID($0) }) {
      let paths = paths(of: session)
      // Held: another engine works on this session and will see to it.
      guard exists(paths.sandbox), let lock = try? SessionLock(path: paths.lock) else { continue }
      await adopt(paths)
      _ = consume lock
    }
    removeOldSockets()
  }

  /// Sockets of runners that were killed. One that a runner is just about to listen at is young.
  private func removeOldSockets() {
    let folder = configuration.dataDirectory + "/run"
    let sessions = (namesIn(configuration.dataDirectory + "/sessions") ?? []).compactMap { SessionID($0) }
    let used = Set(
      sessions.compactMap { session in load(paths(of: session)).map { paths(of: session).socket(of: $0) } })
    let youngest = time(nil) - Self.socketPatience
    for name in namesIn(folder) ?? [] where name.hasSuffix(".sock") && !used.contains("\(folder)/\(name)") {
      var status = stat()
      guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
        status.st_mtim.tv_sec < youngest
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }

  private static let socketPatience = 60

  private func adopt(_ paths: SessionPaths) async {
    guard let record = load(paths) else {
      guard exists(paths.record) || exists(paths.configuration) else { return }
      await endStrays(paths)
      unlink(paths.record)
      unlink(paths.configuration)
      return
    }
    watch(record)
    switch (record.operatingMode, record.phase) {
    case (.running, .preparing): startPreparation(of: record)
    case (.suspended, let phase) where phase != .stopped: try? await finishSuspending(record, paths)
    default: break
    }
  }

  /// The intent is on record; the processes follow.
  func finishSuspending(_ record: SandboxRecord, _ paths: SessionPaths) async throws(ControlFailure) {
    var record = record
    await stop(record)
    unlink(paths.socket(of: record))
    record.process = nil
    record.enter(.stopped, at: .now())
    try save(record, paths)
  }

  /// A sandbox of another generation is in the way. One that has ended is cleared away; a live one, a suspended one and
  /// a newer one are not.
  func giveWay(
    _ record: SandboxRecord, to request: SandboxRequest, _ paths: SessionPaths
  ) async throws(ControlFailure) {
    guard record.request.generation < request.generation, sandbox(record).isFinished else {
      throw ControlFailure(
        .conflict,
        "Session \(request.session) has a sandbox of generation \(record.request.generation), "
          + "so one of generation \(request.generation) cannot be made.",
        hint: "Delete the sandbox '\(record.name)' first.")
    }
    await stop(record)
    try forget(record, paths)
  }
}
