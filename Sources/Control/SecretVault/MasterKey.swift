package import ControlModel
import Crypto
import Glibc

/// The key that all data keys are wrapped with; it lives in a file, never in the database.
package struct MasterKey: Sendable {
  let key: SymmetricKey

  /// Tells one master key from another without saying anything of it.
  package var identifier: String {
    let digest = key.withUnsafeBytes { SHA256.hash(data: $0) }
    return digest.prefix(8).map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  /// 32 bytes.
  package init(bytes: [UInt8]) throws(ControlFailure) {
    guard bytes.count == 32 else {
      throw ControlFailure(.malformed, "The master key has \(bytes.count) bytes, not 32.")
    }
    key = SymmetricKey(data: bytes)
  }

  /// Reads the key's file, which only its owner may read; makes it if there is none.
  package static func load(file path: String) throws(ControlFailure) -> MasterKey {
    var descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0, errno == ENOENT {
      try make(file: path)
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else { throw failure("cannot be read", path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("cannot be read", path) }
    guard status.st_mode & 0o077 == 0 else {
      throw ControlFailure(
        .permissionDenied, "The master key \(path) can be read by others than its owner.",
        hint: "Run `chmod 600 \(path)`, and set secrets anew if others may have read it.")
    }
    var bytes = [UInt8](repeating: 0, count: 33)
    let count = read(descriptor, &bytes, bytes.count)
    return try MasterKey(bytes: Array(bytes.prefix(max(0, count))))
  }

  /// Written aside and linked into place, so that two first uses at once agree on one key and no crash leaves half a key.
  private static func make(file path: String) throws(ControlFailure) {
    let aside = "\(path).\(getpid())"
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot be written", path) }
    defer { unlink(aside) }
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, link(aside, path) == 0 || errno == EEXIST else { throw failure("cannot be written", path) }
  }

  private static func failure(_ what: String, _ path: String) -> ControlFailure {
    ControlFailure(.unavailable, "The master key \(path) \(what): \(String(cString: strerror(errno))).")
  }
}
