import ControlModel
import EmbeddedPostgres
import Glibc

/// Where a stack keeps its things: what was said, or the directory that is the user's own.
enum DataDirectory {
  /// Root's home is closed to the other users that Postgres and agents run as.
  static let shared = "/var/lib/paddock"

  /// Of a process of this user, by what it was told and by its variables.
  static func choose(_ named: String?, variable: (String) -> String?) throws(ControlFailure) -> String {
    if let named { return try check(named, "--data-dir") }
    if let path = variable("PADDOCK_DATA_DIR") { return try check(path, "PADDOCK_DATA_DIR") }
    if geteuid() == 0 { return shared }
    let own: String
    // A relative one means nothing, by the rules for this variable.
    if let data = variable("XDG_DATA_HOME"), data.hasPrefix("/") {
      own = try check(data, "XDG_DATA_HOME") + "/paddock"
    } else {
      own = try check(try home(variable), "HOME") + "/.local/share/paddock"
    }
    // Who has no stack of their own is an operator of the machine's.
    return access(own, F_OK) != 0 && Endpoint.foreign(in: shared) != nil ? shared : own
  }

  /// The variable is lost under some service managers, and not always the user's own elsewhere.
  private static func home(_ variable: (String) -> String?) throws(ControlFailure) -> String {
    if let home = variable("HOME"), home.hasPrefix("/") { return home }
    if let home = UserEntry(number: geteuid())?.home, home.hasPrefix("/") { return home }
    throw ControlFailure(
      .invalidArgument,
      "HOME is not set to a directory, and the user \(OperatingSystemUser.name) has none on this machine.",
      hint: "Name the directory of the stack with --data-dir.")
  }

  private static func check(_ path: String, _ place: String) throws(ControlFailure) -> String {
    guard !path.isEmpty else {
      throw ControlFailure(.invalidArgument, "\(place) is empty; it must name a directory.")
    }
    // What is no UTF-8 has become U+FFFD on its way here, and would name another directory.
    guard !path.unicodeScalars.contains("\u{FFFD}") else {
      throw ControlFailure(
        .invalidArgument, "The path in \(place) is not UTF-8: \(path).", hint: "Name another directory.")
    }
    guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
      throw ControlFailure(
        .invalidArgument, "The path in \(place) holds a control character.", hint: "Name another directory.")
    }
    return path
  }
}
