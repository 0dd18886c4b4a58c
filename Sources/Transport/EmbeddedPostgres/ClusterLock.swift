import Glibc

/// Holds others off while a server is started, stopped, or its files are changed; ends with the process at the latest.
struct ClusterLock: ~Copyable, Sendable {
  private let file: Int32

  /// Blocks its thread until nobody else has it.
  init(_ path: String) throws(EmbeddedPostgresError) {
    var file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    // A lock writes nothing: a full or read-only disk must not keep a server from being stopped.
    if file < 0, [EROFS, ENOSPC, EDQUOT].contains(errno) {
      file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    }
    guard file >= 0 else { throw unusable(path) }
    while flock(file, LOCK_EX) != 0 {
      guard errno == EINTR else {
        let error = unusable(path)
        close(file)
        throw error
      }
    }
    self.file = file
  }

  deinit { close(file) }
}
