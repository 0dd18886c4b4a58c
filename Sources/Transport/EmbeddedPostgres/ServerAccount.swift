import Glibc

/// Who the server runs as. Postgres refuses to run as root, so root's servers run as `postgres`, or as `nobody` where
/// there is no such account.
struct ServerAccount: Sendable {
  let user: uid_t
  let group: gid_t
  /// True when it is not ourselves.
  let isOther: Bool

  static func current() -> ServerAccount {
    guard geteuid() == 0 else { return ServerAccount(user: geteuid(), group: getegid(), isOther: false) }
    return named("postgres") ?? named("nobody") ?? ServerAccount(user: 65_534, group: 65_534, isOther: true)
  }

  private static func named(_ name: String) -> ServerAccount? {
    guard let entry = UserEntry(name: name), entry.user != 0 else { return nil }
    return ServerAccount(user: entry.user, group: entry.group, isOther: true)
  }

  /// The words that run a command as this account.
  var prefix: [String] {
    isOther ? ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"] : []
  }

  /// Whether the account may pass through every directory above a path.
  func canReach(_ path: String) -> Bool { !isOther || firstClosedDirectory(above: path) == nil }

  /// From the path upwards; a directory that is not there is closed, too.
  func firstClosedDirectory(above path: String) -> String? {
    var parent = parentDirectory(path)
    while true {
      guard let status = fileStatus(parent) else { return parent }
      let right = status.st_uid == user ? S_IXUSR : status.st_gid == group ? S_IXGRP : S_IXOTH
      guard status.st_mode & right != 0 else { return parent }
      if parent == "/" { return nil }
      parent = parentDirectory(parent)
    }
  }
}
