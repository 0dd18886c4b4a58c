import ControlModel
import Glibc

/// Held while a stack is started or stopped in a data directory: whoever comes second waits, and then finds what the first
/// has made of it. The kernel lets go of it when the holder dies.
struct StartLock: Sendable {
  private let descriptor: Int32

  /// Longer than a start or an end takes at its worst.
  private static let patience = Duration.seconds(180)

  /// `nil` where there is no directory, and so nothing to be started either.
  static func acquireToStop(in directory: String) async throws -> StartLock? {
    var status = stat()
    if stat(directory, &status) != 0, errno == ENOENT { return nil }
    return try await acquire(in: directory)
  }

  static func acquire(in directory: String) async throws -> StartLock {
    let path = directory + "/up.lock"
    let descriptor = opened(path)
    guard descriptor >= 0 else {
      throw ControlFailure(
        .unavailable, "The lock \(path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    let deadline = ContinuousClock.now + patience
    do {
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        guard ContinuousClock.now < deadline else {
          throw ControlFailure(
            .unavailable,
            "Another `paddock up` or `paddock down` has been at work in \(directory) for \(patience)\(holder(descriptor)).",
            hint: "It holds a lock on \(path). End it if it does nothing any more.")
        }
        try await Task.sleep(for: .milliseconds(50))
      }
    } catch {
      close(descriptor)
      throw error
    }
    note(descriptor)
    return StartLock(descriptor: descriptor)
  }

  /// A lock writes nothing: a full or read-only disk keeps no stack from being stopped.
  private static func opened(_ path: String) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
    guard descriptor < 0, [EROFS, ENOSPC, EDQUOT].contains(errno) else { return descriptor }
    let present = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    return present >= 0 ? present : open(directory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  }

  private static func directory(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  /// Who has it, for who waits in vain; where it can be written.
  private static func note(_ descriptor: Int32) {
    let text = "\(getpid())\n"
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.utf8.count, 0) }
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    return Int32(text.prefix { $0 != "\n" }).map { ": process \($0)" } ?? ""
  }

  func release() { close(descriptor) }
}
