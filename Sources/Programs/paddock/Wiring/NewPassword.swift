import ControlModel
import Glibc

/// Takes in a password that is to be set: typed twice without echo, or read as it comes. Never an argument, which
/// everybody on the machine can read.
enum NewPassword {
  /// Bytes. Postgres takes no longer one in its clients' answers.
  private static let longest = 1024

  static func read(from descriptor: Int32?) throws(ControlFailure) -> SecretValue {
    if let descriptor { return try line(of: "/dev/fd/\(descriptor)") }
    let first = try SecretPrompt.read("New password: ", atMost: longest)
    guard isatty(STDIN_FILENO) == 1 else { return try required(first) }
    let second = try SecretPrompt.read("Once more: ", atMost: longest)
    guard first.withBytes({ $0 }) == second.withBytes({ $0 }) else {
      throw ControlFailure(.invalidArgument, "The two passwords differ: nothing was changed.")
    }
    return try required(first)
  }

  private static func line(of path: String) throws(ControlFailure) -> SecretValue {
    var bytes = try TextFile.bytes(of: path, atMost: longest)
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return try required(SecretValue(bytes))
  }

  private static func required(_ value: SecretValue) throws(ControlFailure) -> SecretValue {
    guard value.withBytes({ !$0.isEmpty }) else {
      throw ControlFailure(.invalidArgument, "The password is empty: nothing was changed.")
    }
    return value
  }
}
