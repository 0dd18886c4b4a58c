import EmbeddedPostgres
import Glibc

enum OperatingSystemUser {
  /// The login name, or the number where there is no name.
  static var name: String { name(of: geteuid()) }

  /// The person at the keyboard: whoever called root's program by sudo, or logged in before becoming root. Only root is
  /// believed, who could say anything; what a plain user's environment says of sudo is that user's own invention.
  static var person: String {
    guard geteuid() == 0, getuid() == 0 else { return name }
    return sudoCaller ?? loginUser ?? name
  }

  /// sudo tells name and number; they are believed where the machine knows both as one user.
  private static var sudoCaller: String? {
    guard let name = Installation.variable("SUDO_USER"), let entry = UserEntry(name: name), entry.user != 0,
      Installation.variable("SUDO_UID") == "\(entry.user)"
    else { return nil }
    return entry.name
  }

  /// Set at the login and kept through su and sudo; (uid_t)-1 where nobody logged in.
  private static var loginUser: String? {
    guard let bytes = try? TextFile.bytes(ofKept: "/proc/self/loginuid"),
      let number = uid_t(String(decoding: bytes, as: UTF8.self)), number != .max, number != 0
    else { return nil }
    return UserEntry(number: number)?.name
  }

  private static func name(of number: uid_t) -> String { UserEntry(number: number)?.name ?? "uid \(number)" }

  static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
