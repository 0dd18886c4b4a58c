import Files
import Glibc

enum DurableFile {
  /// Replaces a file as a whole: after a crash there is the old content or the new one, never a part.
  static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws(SystemError) {
    let temporary = path + ".new"
    let descriptor: Int32
    do {
      descriptor = try PlainFile.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: mode, followingLinks: false)
    } catch { throw SystemError("open", error.number) }
    do throws(SystemError) {
      defer { _ = close(descriptor) }
      guard fchmod(descriptor, mode) == 0 else { throw .last("fchmod") }
      try write(bytes, to: descriptor)
      guard fsync(descriptor) == 0 else { throw .last("fsync") }
      guard rename(temporary, path) == 0 else { throw .last("rename") }
    } catch {
      _ = unlink(temporary)
      throw error
    }
    JournalFile.synchronizeDirectory(of: path)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = retrying { rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } }
      guard count > 0 else { throw .last("write") }
      rest = rest.dropFirst(count)
    }
  }
}
