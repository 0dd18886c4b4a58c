import ControlModel
import Glibc
import ProcessIdentity

extension LocalSandboxEngine {
  /// Seconds from its start within which a runner listens, on the busiest machine.
  static let listeningPatience = 10.0

  /// A runner whose socket was removed can be asked nothing any more, and makes no new one. It is ended gently, so that
  /// its journal is whole, and comes back as after a crash: in the same volume, with a socket.
  func endIfDeaf(_ record: SandboxRecord) {
    guard let process = record.process, isDeaf(record), deaf.insert(process).inserted else { return }
    Task { await endDeaf(record, process) }
  }

  private func endDeaf(_ record: SandboxRecord, _ process: ProcessIdentity) async {
    defer { deaf.remove(process) }
    let paths = paths(of: record.request.session)
    guard let lock = try? await SessionLock.acquire(path: paths.lock), load(paths)?.isStill(record) == true,
      isDeaf(record)
    else {
      return
    }
    await end(process, gracePeriod: Self.gracePeriod)
    _ = consume lock
    broadcast.notify()
  }

  private func isDeaf(_ record: SandboxRecord) -> Bool {
    guard record.operatingMode == .running, record.phase == .started, isAlive(record),
      Timestamp.now().seconds(since: record.phaseSince) > Self.listeningPatience
    else { return false }
    var status = stat()
    let path = paths(of: record.request.session).socket(of: record)
    // Only what is certainly gone: a path that may not be looked at is not.
    return lstat(path, &status) != 0 && errno == ENOENT
  }
}
