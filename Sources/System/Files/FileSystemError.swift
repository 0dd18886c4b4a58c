import Glibc

/// A call on the file system that failed. What is not there and what may not be looked at are kept apart: taking the one
/// for the other sends people looking in the wrong place.
package struct FileSystemError: Error, Sendable, Hashable, CustomStringConvertible {
  package let number: Int32

  package init(_ number: Int32 = errno) { self.number = number }

  package var isMissing: Bool { number == ENOENT || number == ENOTDIR }

  /// The C library's words: `Permission denied`.
  package var description: String { strerror(number).map { String(cString: $0) } ?? "error \(number)" }
}

/// Whether something is there: `false` only when it certainly is not.
package func isThere(_ path: String) throws(FileSystemError) -> Bool {
  var status = stat()
  if lstat(path, &status) == 0 { return true }
  let error = FileSystemError()
  if error.isMissing { return false }
  throw error
}
