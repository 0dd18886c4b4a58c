package import ControlModel
import Crypto
import Files
import Glibc

/// Where the master key lies: a file of its owner alone.
package struct MasterKeyFile: Sendable {
  package let path: String

  package init(_ path: String) {
    self.path = path
  }

  /// `nil` when there is no file.
  package func read() throws(ControlFailure) -> MasterKey? {
    let descriptor: Int32
    // Not through a link: whoever may write where that leads chooses the key.
    do { descriptor = try PlainFile.open(path, followingLinks: false) } catch {
      if error.number == ENOENT { return nil }
      throw failure("cannot be read", error)
    }
    defer { close(descriptor) }
    try check(descriptor)
    var bytes = [UInt8](repeating: 0, count: 33)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw failure("cannot be read") }
    return try MasterKey(bytes: Array(bytes.prefix(count)))
  }

  /// Who may read it may open every secret; who may write it has others sealed with a key that he knows.
  private func check(_ descriptor: Int32) throws(ControlFailure) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read") }
    guard status.st_mode & 0o077 == 0 else {
      throw ControlFailure(
        .permissionDenied, "The master key \(path) can be read by others than its owner.",
        hint: "Run `chmod 600 \(path)`, and set secrets anew if others may have read it.")
    }
    // Root may use the stack of another user, whose directory it is.
    var directory = stat()
    let cut = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let owner = stat(cut.isEmpty ? "/" : cut, &directory) == 0 ? directory.st_uid : geteuid()
    guard status.st_uid == geteuid() || (geteuid() == 0 && status.st_uid == owner) else {
      throw ControlFailure(
        .permissionDenied, "The master key \(path) belongs to user \(status.st_uid), not to user \(geteuid()).",
        hint: "Nobody else may choose the key; put the right file there.")
    }
  }

  /// Makes a key where there is none; the one that is there by then, and whether it is ours. Written aside and linked into
  /// place, so that two first uses at once agree on one key and no crash leaves half a key.
  func make() throws(ControlFailure) -> (key: MasterKey, isNew: Bool) {
    let key = MasterKey.random()
    let aside = "\(path).\(getpid())"
    let descriptor: Int32
    do { descriptor = try PlainFile.open(aside, O_WRONLY | O_CREAT | O_TRUNC, followingLinks: false) } catch {
      throw failure("cannot be written", error)
    }
    defer { unlink(aside) }
    let bytes = key.key.withUnsafeBytes { Array($0) }
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten else { throw failure("cannot be written") }
    if link(aside, path) == 0 { return (key, true) }
    guard errno == EEXIST, let other = try read() else { throw failure("cannot be written") }
    return (other, false)
  }

  /// Takes away a key that nothing was sealed with.
  func discard(_ key: MasterKey) {
    guard let present = try? read(), present.identifier == key.identifier else { return }
    unlink(path)
  }

  private func failure(_ what: String) -> ControlFailure { failure(what, .system(FileSystemError())) }

  private func failure(_ what: String, _ problem: PlainFileProblem) -> ControlFailure {
    guard case .system(let error) = problem else {
      return ControlFailure(.malformed, "The master key \(path) is not a regular file: \(problem).")
    }
    let code: ControlFailure.Code = [EACCES, EPERM].contains(error.number) ? .permissionDenied : .unavailable
    return ControlFailure(code, "The master key \(path) \(what): \(error).")
  }
}
