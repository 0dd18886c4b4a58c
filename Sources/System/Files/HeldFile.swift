import Glibc

/// Something in the file system, held on to by a descriptor that opens nothing: what it is can be asked before it is
/// opened, with no effect on a device and no wait at a pipe, and what is opened then is that very thing, whatever its
/// name leads to by now.
package final class HeldFile: Sendable {
  package let status: FileStatus
  package let identity: FileIdentity
  private let descriptor: Int32

  /// `O_PATH`, which the system's headers declare for _GNU_SOURCE only.
  private static let pathOnly: Int32 = 0o10_000_000

  /// Where the path leads, through links.
  package convenience init(following path: String) throws(FileSystemError) {
    try self.init(descriptor: open(path, Self.pathOnly | O_CLOEXEC))
  }

  private init(descriptor: Int32) throws(FileSystemError) {
    guard descriptor >= 0 else { throw FileSystemError() }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = FileSystemError()
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.status = FileStatus(status)
    identity = FileIdentity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
  }

  deinit { close(descriptor) }

  /// What has that name in this folder; a link is the link itself. A name is one step down: `..` and paths are none.
  package func child(_ name: String) throws(FileSystemError) -> HeldFile {
    guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0x2F), !name.utf8.contains(0) else {
      throw FileSystemError(EINVAL)
    }
    return try HeldFile(descriptor: openat(descriptor, name, Self.pathOnly | O_NOFOLLOW | O_CLOEXEC))
  }

  /// What is in this folder, sorted by name.
  package func entries() throws(FileSystemError) -> FolderEntries {
    let opened = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw FileSystemError() }
    guard let stream = fdopendir(opened) else {
      let error = FileSystemError()
      close(opened)
      throw error
    }
    defer { closedir(stream) }
    var entries = FolderEntries()
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      let mayBeFolder = [UInt8(DT_DIR), UInt8(DT_UNKNOWN)].contains(entry.pointee.d_type)
      if name != [0x2E], name != [0x2E, 0x2E] { entries.add(name, mayBeFolder: mayBeFolder) }
    }
    return entries.sorted()
  }

  /// A descriptor to read this file with; it is the caller's. Only regular files are opened.
  package func openToRead() throws(FileSystemError) -> Int32 {
    guard status.kind == .regular else { throw FileSystemError(status.kind == .folder ? EISDIR : EINVAL) }
    let opened = open("/proc/self/fd/\(descriptor)", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard opened >= 0 else { throw FileSystemError() }
    return opened
  }
}
