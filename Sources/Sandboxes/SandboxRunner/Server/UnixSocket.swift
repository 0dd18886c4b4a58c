import ControlModel
import Glibc

/// A listening-to-be unix socket: bound, for the owner alone, wherever its path is.
enum UnixSocket {
  /// What fits into `sockaddr_un` besides its closing zero.
  static let pathLimit = 107

  /// Binds, replacing a socket that a former runner left: whoever holds the journal's lock is the only runner. The
  /// descriptor is the caller's.
  static func bind(_ path: String) throws(ControlFailure) -> Int32 {
    do throws(SystemError) {
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw .last("socket") }
      do throws(SystemError) {
        // Before the name exists, so that there is no moment at which others could connect.
        guard fchmod(descriptor, 0o600) == 0 else { throw .last("fchmod") }
        try removeStale(path)
        try bind(descriptor, path)
      } catch {
        _ = close(descriptor)
        throw error
      }
      return descriptor
    } catch {
      throw ControlFailure(.unavailable, "The runner cannot listen on '\(path)': \(error).")
    }
  }

  private static func removeStale(_ path: String) throws(SystemError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw SystemError("bind", EEXIST) }
    guard unlink(path) == 0 else { throw .last("unlink") }
  }

  /// Under another name first: everybody on the machine may read in `/proc/net/unix` what a socket was bound to, and
  /// only that, and sessions' ids are not everybody's to know.
  private static func bind(_ descriptor: Int32, _ path: String) throws(SystemError) {
    let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let draft = path[..<cut] + "." + String(UInt64.random(in: 0 ... .max), radix: 16)
    try bindAnywhere(descriptor, String(draft))
    guard rename(String(draft), path) == 0 else {
      let error = SystemError.last("rename")
      unlink(String(draft))
      throw error
    }
  }

  private static func bindAnywhere(_ descriptor: Int32, _ path: String) throws(SystemError) {
    if path.utf8.count <= pathLimit { return try bindShort(descriptor, path) }
    // A longer path is reached through its directory's descriptor.
    let cut = path.lastIndex(of: "/")
    let directory = cut.map { String(path[..<$0]) } ?? "."
    let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
    let opened = open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard opened >= 0 else { throw .last("open") }
    defer { _ = close(opened) }
    try bindShort(descriptor, "/proc/self/fd/\(opened)/\(name)")
  }

  private static func bindShort(_ descriptor: Int32, _ path: String) throws(SystemError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count <= pathLimit else { throw SystemError("bind", ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw .last("bind") }
  }
}
