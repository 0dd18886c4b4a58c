import ControlModel
import Files
import Glibc

enum TextFile {
  /// The text of standard input for `-`, or of what a person named: anything that has an end, a pipe too. Input need not
  /// end; what has more than `size` bytes is refused as soon as that shows.
  static func read(_ path: String, atMost size: Int) throws(ControlFailure) -> String {
    let bytes = try bytes(of: path, atMost: size)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      // As some editors on Windows save it.
      let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
      throw ControlFailure(
        .invalidArgument, "\(name(path)) is \(isWide ? "UTF-16, not UTF-8" : "not UTF-8") text.",
        hint: isWide ? "Save it as UTF-8." : nil)
    }
    return text
  }

  static func bytes(of path: String, atMost size: Int) throws(ControlFailure) -> [UInt8] {
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, .system(FileSystemError())) }
    defer { close(descriptor) }
    do {
      if let bytes = try readToEnd(of: descriptor, atMost: size) { return bytes }
    } catch { throw unreadable(path, error) }
    throw ControlFailure(.invalidArgument, "\(name(path)) has more than \(size) bytes.")
  }

  /// A file that Paddock keeps for itself, which nobody puts a pipe or a device in the place of.
  static func bytes(ofKept path: String) throws(ControlFailure) -> [UInt8] {
    do { return try PlainFile.read(path, atMost: largestKept) } catch { throw unreadable(path, error) }
  }

  /// Bytes: these hold a few names and numbers.
  private static let largestKept = 1 << 20

  private static func name(_ path: String) -> String { path == "-" ? "Standard input" : path }

  private static func unreadable(_ path: String, _ problem: PlainFileProblem) -> ControlFailure {
    ControlFailure(.invalidArgument, "\(name(path)) cannot be read: \(problem).")
  }
}

extension TextFile {
  /// Replaces the file whole: a reader sees the old text or the new one.
  static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws(ControlFailure) {
    let aside = "\(path).\(getpid())"
    let descriptor: Int32
    do { descriptor = try PlainFile.open(aside, O_WRONLY | O_CREAT | O_TRUNC, followingLinks: false) } catch {
      throw ControlFailure(.unavailable, "\(path) cannot be written: \(error).")
    }
    // Whatever the umask is.
    fchmod(descriptor, mode)
    let bytes = Array(text.utf8)
    let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    close(descriptor)
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
