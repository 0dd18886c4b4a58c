import Glibc

/// Room that is taken so that it can be given up: a file without content, whose blocks are allotted.
package struct ReserveFile: Sendable, Hashable {
  package static let name = "reserve"

  package let path: String

  package init(in directory: String) { path = "\(directory)/\(Self.name)" }

  /// What it really takes: a copy of one may be a file with a hole.
  package var bytes: Int64 {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return 0 }
    return Int64(status.st_blocks) * 512
  }

  package func isThere(size: Int64) -> Bool { size > 0 && bytes >= size - size / 8 }

  /// Whole or not at all; the error's number, 0 when it was made. A file system that cannot allot writes zeros instead.
  package func make(size: Int64) -> Int32 {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    guard ftruncate(descriptor, 0) == 0 else { return errno }
    let failure = posix_fallocate(descriptor, 0, off_t(size))
    if failure != 0 { unlink(path) }
    return failure
  }

  /// Whether there was anything to give.
  @discardableResult package func giveBack() -> Bool { unlink(path) == 0 }
}
