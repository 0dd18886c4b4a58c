import Glibc

/// The few calls a journal needs, with errors instead of `errno`. Closed by its owner.
struct JournalFile {
  let path: String
  let descriptor: Int32

  init(path: String, flags: Int32) throws(JournalError) {
    let descriptor = Int32(retrying { Int(open(path, flags | O_CLOEXEC, 0o600)) })
    guard descriptor >= 0 else { throw .system(path: path, .last("open")) }
    self.path = path
    self.descriptor = descriptor
  }

  func close() { _ = Glibc.close(descriptor) }

  func size() throws(JournalError) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("fstat") }
    return Int64(status.st_size)
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int64) throws(JournalError) -> Int {
    let count = retrying { pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)) }
    guard count >= 0 else { throw failure("read") }
    return count
  }

  /// Writes all of it at `offset`, or throws with the part that did fit still in the file.
  func write(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64) throws(JournalError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeBufferPointer(rebasing: bytes[done...])
      let count = retrying { pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done)) }
      guard count > 0 else { throw failure("write") }
      done += count
    }
  }

  func truncate(to size: Int64) throws(JournalError) {
    guard retrying({ Int(ftruncate(descriptor, off_t(size))) }) == 0 else { throw failure("ftruncate") }
  }

  func synchronize() throws(JournalError) {
    guard retrying({ Int(fdatasync(descriptor)) }) == 0 else {
      // A file system that has nothing to synchronise (some FUSE and 9p mounts) says so this way.
      if errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP { return }
      throw failure("fdatasync")
    }
  }

  /// Makes the names in a directory durable; best effort, as not every file system can.
  static func synchronizeDirectory(of path: String) {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = Glibc.close(descriptor)
  }

  private func failure(_ call: String) -> JournalError { .system(path: path, .last(call)) }
}
