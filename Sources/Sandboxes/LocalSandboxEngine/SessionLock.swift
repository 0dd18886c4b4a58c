import ControlModel
import Glibc

/// Keeps every other engine, in this process or another, from working on a session. The kernel lets go of it when the
/// holder dies.
final class SessionLock: Sendable {
  private let descriptor: Int32

  /// `nil` when another holds it.
  init?(path: String) throws(ControlFailure) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw systemFailure("open the lock", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let number = errno
      close(descriptor)
      if number == EWOULDBLOCK || number == EINTR { return nil }
      throw systemFailure("lock", path, number: number)
    }
    // The file may have been removed with its session while it was waited for: then the lock is on nothing.
    guard Self.isStill(path, descriptor) else {
      close(descriptor)
      return nil
    }
    self.descriptor = descriptor
  }

  private static func isStill(_ path: String, _ descriptor: Int32) -> Bool {
    var named = stat()
    var held = stat()
    return stat(path, &named) == 0 && fstat(descriptor, &held) == 0 && named.st_ino == held.st_ino
  }

  deinit { close(descriptor) }

  /// Waits without blocking a thread; stopping a sandbox holds the lock for some seconds at most.
  static func acquire(path: String, seconds: Double = 30) async throws(ControlFailure) -> SessionLock {
    let end = Timestamp.now().advanced(bySeconds: seconds)
    while Timestamp.now() < end {
      if let lock = try SessionLock(path: path) { return lock }
      guard (try? await Task.sleep(for: .milliseconds(10))) != nil else {
        throw ControlFailure(.cancelled, "Waiting for '\(path)' was cancelled.")
      }
    }
    throw ControlFailure(
      .unavailable, "Another Paddock process has been working on the same session for \(Int(seconds)) seconds.",
      hint: "It holds a lock on '\(path)'.")
  }
}
