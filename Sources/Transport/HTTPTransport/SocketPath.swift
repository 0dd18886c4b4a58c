import Glibc

/// A unix socket's path that fits into `sun_path`: through a descriptor of its directory where it is longer.
struct SocketPath {
  /// Linux' limit for a path with its NUL is 108.
  private static let maximumLength = 107

  let text: String
  /// The owner closes it when the connection is there; -1 for none.
  let directory: Int32

  init(_ path: String) throws(HTTPTransportError) {
    guard path.utf8.count > Self.maximumLength else {
      (text, directory) = (path, -1)
      return
    }
    guard let slash = path.lastIndex(of: "/") else { throw .invalidRequest("the name of its socket is too long") }
    // Swift's Glibc hides O_PATH, which needs no right to read the directory.
    let descriptor = open(String(path[..<slash]), __O_PATH | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreachable(endpoint: path, reason: systemText(errno)) }
    text = "/proc/self/fd/\(descriptor)\(path[slash...])"
    directory = descriptor
    guard text.utf8.count <= Self.maximumLength else {
      close(descriptor)
      throw .invalidRequest("the name of its socket is too long")
    }
  }
}
