package enum EmbeddedPostgresError: Error, Sendable, Hashable {
  /// No server is installed; the places that were searched.
  case serverMissing(searched: [String])
  /// The data directory belongs to another major version than those installed.
  case versionMissing(needed: Int, directory: String)
  /// Something else is where the data directory should be.
  case directoryUnusable(path: String, reason: String)
  case initializationFailed(String)
  /// The end of the server's log.
  case startFailed(log: String)
  case stopFailed(pid: Int32)
  case userNotAdmitted(String, reason: String)
  /// The user who runs the stack stands in no user database.
  case ownerWithoutName(UInt32)
}

extension EmbeddedPostgresError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .serverMissing(let searched): "No Postgres server is installed (searched \(searched.joined(separator: ", ")))."
    case .versionMissing(let needed, let directory):
      "The data directory \(directory) was made by Postgres \(needed), which is not installed."
    case .directoryUnusable(let path, let reason): "\(path) cannot be used for the database: \(reason)."
    case .initializationFailed(let output): "The database could not be created: \(output)"
    case .startFailed(let log): "The database server did not start: \(log)"
    case .userNotAdmitted(let user, let reason): "The user '\(user)' of this machine cannot be let in: \(reason)."
    case .ownerWithoutName(let user):
      "No user of this machine can be let in: the user who runs the stack (number \(user)) has no name here, and the "
        + "server would keep that user out, too."
    case .stopFailed(let pid): "The database server (process \(pid)) did not stop."
    }
  }

  package var hint: String? {
    switch self {
    case .serverMissing: "Install it with: apt-get install postgresql"
    case .versionMissing(let needed, _): "Install it with: apt-get install postgresql-\(needed)"
    default: nil
    }
  }
}
