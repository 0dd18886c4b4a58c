import Glibc

/// What a file system tells of its room.
package struct FileSystemSpace: Sendable, Hashable {
  /// Tells file systems apart.
  package var device: UInt64
  /// In bytes; `free` is what others than root may take.
  package var total: Int64
  package var free: Int64
  /// 0 where the file system sets no number.
  package var files: Int64
  package var freeFiles: Int64

  /// Of the file system that the path is on; `nil` when there is no such path.
  package init?(at path: String) {
    var (room, status) = (statvfs(), stat())
    guard statvfs(path, &room) == 0, stat(path, &status) == 0 else { return nil }
    let block = UInt64(room.f_frsize)
    device = UInt64(status.st_dev)
    total = Self.product(UInt64(room.f_blocks), block)
    free = Self.product(UInt64(room.f_bavail), block)
    files = Int64(clamping: room.f_files)
    freeFiles = Int64(clamping: room.f_favail)
  }

  /// A file system of the network may say anything.
  private static func product(_ count: UInt64, _ size: UInt64) -> Int64 {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    return overflow ? .max : Int64(clamping: bytes)
  }
}
