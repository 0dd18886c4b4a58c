import ControlModel
import EmbeddedPostgres
import Glibc

/// Where the embedded stack of another user of this machine lets its operators in: a file beside its data that everybody
/// may read. It holds no secret; the server asks the kernel who is calling.
struct Endpoint: Sendable {
  let socketDirectory: String
  /// The user that the server runs as: nobody else may answer in its place.
  let server: String

  private static func file(_ dataDirectory: String) -> String { dataDirectory + "/endpoint.json" }

  /// Whether others are let in there at all.
  static func exists(in dataDirectory: String) -> Bool { access(file(dataDirectory), R_OK) == 0 }

  /// nil in a directory of one's own, and where nobody is let in. Believed only from the one who owns the directory.
  static func foreign(in dataDirectory: String) -> Endpoint? {
    var (directory, record) = (stat(), stat())
    guard geteuid() != 0, stat(dataDirectory, &directory) == 0, directory.st_uid != geteuid(),
      lstat(file(dataDirectory), &record) == 0, record.st_uid == directory.st_uid, record.st_mode & 0o022 == 0,
      let bytes = try? TextFile.bytes(ofKept: file(dataDirectory)), let json = try? JSONValue(parsing: bytes),
      let socketDirectory = json["socketDirectory"]?.stringValue, let server = json["server"]?.stringValue
    else { return nil }
    return Endpoint(socketDirectory: socketDirectory, server: server)
  }

  /// Without a user, which is libpq's to say: `PGUSER`, or the user's own name.
  var url: String {
    "postgresql:///paddock?host=\(Self.encoded(socketDirectory))&requirepeer=\(Self.encoded(server))"
  }

  func write(in dataDirectory: String) throws(ControlFailure) {
    let json: JSONValue = ["socketDirectory": .string(socketDirectory), "server": .string(server)]
    try TextFile.write(json.text + "\n", to: Self.file(dataDirectory), mode: 0o644)
  }

  static func remove(in dataDirectory: String) { unlink(file(dataDirectory)) }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      if isPlain || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte) { return String(Unicode.Scalar(byte)) }
      return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}

extension Installation {
  /// This user was let in to somebody else's stack: no core, no engine and no master key of it.
  var isGuest: Bool { databaseURL == nil && Endpoint.foreign(in: dataDirectory) != nil }

  /// For what only the one who runs the stack can do.
  func requireOwn(_ doing: String) throws(ControlFailure) {
    guard isGuest else { return try requireOwnFiles(doing) }
    throw ControlFailure(
      .permissionDenied,
      "\(doing) is for \(owner), who runs the Paddock in \(dataDirectory): you are let in as an operator of it.",
      hint: "Ask \(owner), or name a directory of your own with --data-dir.")
  }

  private var owner: String {
    var status = stat()
    guard stat(dataDirectory, &status) == 0 else { return "its owner" }
    return UserEntry(number: status.st_uid)?.name ?? "user \(status.st_uid)"
  }

  func database(of endpoint: Endpoint) throws(ControlFailure) -> String {
    if access(endpoint.socketDirectory + "/.s.PGSQL.5432", F_OK) == 0 { return endpoint.url }
    if errno == EACCES {
      throw ControlFailure(
        .permissionDenied, "You are not let in to the Paddock in \(dataDirectory).",
        hint: "\(owner) lets you in with `paddock operator add NAME --unix-user \(OperatingSystemUser.name)`.")
    }
    throw ControlFailure(
      .unavailable, "Paddock is not running in \(dataDirectory).", hint: "\(owner) starts it with `paddock up`.")
  }
}
