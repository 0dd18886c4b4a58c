import ControlModel
import EmbeddedPostgres
import Glibc

/// Whose stack a data directory holds. A file that another user writes into it can be read by nobody else afterwards, so
/// root's commands on a user's stack would take it from that user, and the other way round.
extension Installation {
  /// What every stack writes as the user who runs it. The server's files are its account's.
  private static let ownFiles = [
    "engine.json", "core.json", "up.lock", "core.log", "master.key", "sessions", "supervisor.json", "supervisor.lock",
  ]

  private static func owner(of path: String) -> uid_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_uid : nil
  }

  /// The first file of a stack that somebody else wrote; else the directory itself where root would begin one in a
  /// user's. An empty directory that somebody gave to this user, as a cluster gives volumes to pods, is this user's to use.
  private var foreignPlace: (path: String, owner: uid_t)? {
    let user = geteuid()
    let files = Self.ownFiles.map { dataDirectory + "/" + $0 }.compactMap { path in
      Self.owner(of: path).map { (path: path, owner: $0) }
    }
    if let foreign = files.first(where: { $0.owner != user }) { return foreign }
    var status = stat()
    guard files.isEmpty, user == 0, stat(dataDirectory, &status) == 0, status.st_uid != user else { return nil }
    return (dataDirectory, status.st_uid)
  }

  /// The name of the user whose stack this is, where that is certainly somebody else.
  var foreignOwner: String? { foreignPlace.map { Self.name(of: $0.owner) } }

  func requireOwnFiles(_ doing: String) throws(ControlFailure) {
    guard let foreign = foreignPlace else { return }
    let (mine, theirs) = (Self.owner(of: dataDirectory) == geteuid(), Self.name(of: foreign.owner))
    throw ControlFailure(
      .permissionDenied,
      "\(doing) is for the user who runs the Paddock in \(dataDirectory): \(foreign.path) belongs to \(theirs), and you "
        + "are \(OperatingSystemUser.name).",
      hint: mine
        ? "If \(theirs) has no stack there, give the file back, as root: "
          + "chown -h \(OperatingSystemUser.name) \(ShellWord(foreign.path))"
        : "Do it as \(theirs) (from root: `runuser -u \(theirs) -- paddock … --data-dir \(ShellWord(dataDirectory))`), or "
          + "name a directory of your own with --data-dir.")
  }

  private static func name(of user: uid_t) -> String { UserEntry(number: user)?.name ?? "user \(user)" }
}

/// One word as a shell takes it, for commands that a hint shows.
struct ShellWord: CustomStringConvertible {
  let description: String

  init(_ word: String) {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3D, 0x40, 0x5F].contains(byte)
    }
    if isPlain, !word.isEmpty {
      description = word
    } else {
      description = "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
  }
}
