import ControlModel
import Glibc

enum TextFile {
  /// Bytes: more than anything that is read from a file may have, and a file need not end.
  private static let largest = 16 << 20

  /// The whole text of a file, or of standard input for `-`.
  static func read(_ path: String) throws(ControlFailure) -> String {
    let bytes = try bytes(of: path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ControlFailure(.invalidArgument, "\(path) is not UTF-8 text.")
    }
    return text
  }

  static func bytes(of path: String) throws(ControlFailure) -> [UInt8] {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ControlFailure(.invalidArgument, "\(path) cannot be read: \(String(cString: strerror(errno))).")
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw ControlFailure(.invalidArgument, "\(path) cannot be read: \(String(cString: strerror(errno))).")
      }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= largest else {
        throw ControlFailure(.invalidArgument, "\(path) has more than \(largest) bytes.")
      }
    }
  }
}

extension TextFile {
  /// Replaces the file whole: a reader sees the old text or the new one.
  static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws(ControlFailure) {
    let aside = "\(path).\(getpid())"
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    // Whatever the umask is.
    if descriptor >= 0 { fchmod(descriptor, mode) }
    let bytes = Array(text.utf8)
    let isWritten = descriptor >= 0 && Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    if descriptor >= 0 { close(descriptor) }
    guard isWritten, rename(aside, path) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(aside)
      throw ControlFailure(.unavailable, "\(path) cannot be written: \(reason).")
    }
  }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(ControlFailure) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      if mkdir(made, mode) != 0, errno != EEXIST {
        throw ControlFailure(.unavailable, "The directory \(made) cannot be made: \(String(cString: strerror(errno))).")
      }
    }
  }
}
