import ControlModel
import PostgresClient

extension ControlFailure {
  /// What went wrong with the database, in the words of the ports. The configuration's description holds no password.
  init(_ error: any Error, database: PostgresConfiguration) {
    switch error {
    case let failure as ControlFailure: self = failure
    case let error as PostgresError: self.init(error, database)
    case is CancellationError: self.init(.cancelled, "The request to the database \(database) was cancelled.")
    default: self.init(.internalError, "The database \(database) could not be used: \(error)")
    }
  }

  private init(_ error: PostgresError, _ database: PostgresConfiguration) {
    switch error {
    case .server(let error): self.init(error, database)
    case .connectionFailed(let reason):
      self.init(
        .unavailable, "The database \(database) does not answer: \(reason)",
        hint: "Is Postgres running, and is --database-url right?")
    case .connectionLost(let reason):
      self.init(.unavailable, "The connection to the database \(database) was lost: \(reason)")
    case .commitUnknown:
      self.init(
        .unavailable, "The connection to the database \(database) was lost while a change was being committed.",
        hint: "Look whether the change is there before asking for it again.")
    case .timedOut, .tooManyWaiting:
      self.init(.unavailable, "The database \(database) did not answer in time.")
    case .closed: self.init(.unavailable, "The connection to the database \(database) is closed.")
    case .cancelled: self.init(.cancelled, "The request to the database \(database) was cancelled.")
    case .invalidParameter, .decoding, .misuse, .transactionAborted:
      self.init(.internalError, "The database \(database) was used wrongly: \(error)")
    }
  }

  /// `PD…` are the codes that functions of the schema raise with a whole sentence.
  private init(_ error: PostgresServerError, _ database: PostgresConfiguration) {
    switch error.sqlstate {
    case "PD400": self.init(.invalidArgument, error.message, hint: error.hint)
    case "PD409": self.init(.conflict, error.message, hint: error.hint)
    case "PD403": self.init(.refused, error.message, hint: error.hint)
    case "PD404": self.init(.notFound, error.message, hint: error.hint)
    case "42501":
      self.init(
        .permissionDenied, "The database \(database) refuses this to its user: \(error.message).",
        hint: "Reading takes the role paddock_viewer, acting paddock_operator, teams paddock_admin, a core "
          + "paddock_core; and the role paddock_team_… of the team.")
    case "23505": self.init(.alreadyExists, "It exists already in the database \(database): \(error.message).")
    case "3F000", "42P01", "42883":
      self.init(
        .unsupported, "The database \(database) does not have the schema of this Paddock: \(error.message).",
        hint: "Start `paddock up` or `paddock core` once with the rights of the database's owner.")
    case "57014": self.init(.cancelled, "The request to the database \(database) was cancelled.")
    // Connection, resources, operator's intervention, system, and a server that was made read-only.
    case let code where ["08", "53", "57", "58"].contains(String(code.prefix(2))) || code == "25006":
      self.init(.unavailable, "The database \(database) cannot do it at present: \(error.message).")
    // Serialisation failure and deadlock.
    case "40001", "40P01": self.init(.conflict, "Another change of the database \(database) came in between.")
    default:
      self.init(
        .internalError, "The database \(database) refuses a statement: \(error.message).",
        details: ["SQLSTATE": error.sqlstate])
    }
  }
}
