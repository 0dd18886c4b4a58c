import ControlModel
import Glibc

/// Held while a stack is started in a data directory: a second `paddock up` waits, and then finds what the first has
/// started. The kernel lets go of it when the holder dies.
struct StartLock: Sendable {
  private let descriptor: Int32

  /// Longer than a start takes at its worst.
  private static let patience = Duration.seconds(60)

  static func acquire(in directory: String) async throws -> StartLock {
    let path = directory + "/up.lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw ControlFailure(
        .unavailable, "The lock \(path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    let deadline = ContinuousClock.now + patience
    do {
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        guard ContinuousClock.now < deadline else {
          throw ControlFailure(
            .unavailable, "Another `paddock up` has been starting in \(directory) for \(patience).",
            hint: "It holds a lock on \(path).")
        }
        try await Task.sleep(for: .milliseconds(50))
      }
    } catch {
      close(descriptor)
      throw error
    }
    return StartLock(descriptor: descriptor)
  }

  func release() { close(descriptor) }
}
