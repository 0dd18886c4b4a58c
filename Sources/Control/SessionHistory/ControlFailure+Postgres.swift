import ControlModel
import Glibc
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

  private static func isForbidden(_ words: String) -> Bool { words.contains(String(cString: strerror(EACCES))) }

  private init(_ error: PostgresError, _ database: PostgresConfiguration) {
    switch error {
    case .server(let error): self.init(error, database)
    // libpq tells it in the C library's words alone.
    case .connectionFailed(let reason) where Self.isForbidden(reason):
      self.init(
        .permissionDenied, DatabaseFault.forbidden.told("\(database)", reason),
        hint: "Its socket belongs to another user.")
    case .connectionFailed(let reason):
      self.init(
        .unavailable, DatabaseFault.silent.told("\(database)", reason),
        hint: "Is Postgres running, and is --database-url right?")
    case .refused(let error): self.init(refusal: error, database)
    case .connectionLost(let reason):
      self.init(.unavailable, DatabaseFault.lost.told("\(database)", reason))
    case .commitUnknown:
      self.init(
        .unavailable, DatabaseFault.lostInCommit.told("\(database)"),
        hint: "Look whether the change is there before asking for it again.")
    case .timedOut, .tooManyWaiting:
      self.init(.unavailable, DatabaseFault.late.told("\(database)"))
    case .closed: self.init(.unavailable, "The connection to the database \(database) is closed.")
    case .cancelled: self.init(.cancelled, "The request to the database \(database) was cancelled.")
    case .decoding:
      self.init(.malformed, "A row of the database \(database) cannot be read: \(error.readingReason)")
    case .invalidParameter, .misuse, .transactionAborted:
      self.init(.internalError, "The database \(database) was used wrongly: \(error)")
    }
  }

  private init(refusal error: PostgresServerError, _ database: PostgresConfiguration) {
    let isFull = error.sqlstate == "53300"
    let hint: String? =
      switch error.sqlstate {
      case "53300":
        "Close consoles that nobody needs; `SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1` says whose they "
          + "are. docs/database.md says how many each program opens."
      case let code where code.hasPrefix("28"): "Does that user exist, may it log in, and is its password right?"
      case "3D000": "Make the database first, or mend --database-url."
      default: nil
      }
    self.init(
      .unavailable,
      isFull
        ? DatabaseFault.full.told("\(database)", error.message)
        : DatabaseFault.refuses.told("\(database)", error.message),
      hint: hint, details: ["SQLSTATE": error.sqlstate])
  }

  /// `PD…` are the codes that functions of the schema raise with a whole sentence.
  private init(_ error: PostgresServerError, _ database: PostgresConfiguration) {
    switch error.sqlstate {
    case "28P01":
      self.init(
        .unavailable, DatabaseFault.password.told("\(database)", error.message),
        hint: "Put it into ~/.pgpass or the file that PGPASSFILE names.")
    case "PD400": self.init(.invalidArgument, error.message, hint: error.hint)
    case "PD401": self.init(.permissionDenied, error.message, hint: error.hint)
    case "PD403": self.init(.refused, error.message, hint: error.hint)
    case "PD404": self.init(.notFound, error.message, hint: error.hint)
    case "PD409": self.init(.alreadyExists, error.message, hint: error.hint)
    case "42501":
      self.init(
        .permissionDenied, DatabaseFault.right.told("\(database)", error.message),
        hint: "docs/operators.md says what each role may do: an admin of the team gives them with "
          + "`paddock operator grant`. A core's login takes the role paddock_core.")
    case "23505": self.init(.alreadyExists, "It exists already in the database \(database): \(error.message).")
    // A CHECK, a domain, NULL where a value must be, a foreign key, a number or a time beyond its type.
    case "23514", "23502", "23503", "22003", "22008":
      self.init(
        .invalidArgument, "The database \(database) does not take this value: \(error.message).",
        details: ["SQLSTATE": error.sqlstate])
    case "3F000", "42P01", "42883":
      self.init(
        .unsupported, DatabaseFault.schema.told("\(database)", error.message),
        hint: "Start `paddock up` or `paddock core` once with the rights of the database's owner.")
    case "55P03":
      self.init(
        .unavailable, DatabaseFault.held.told("\(database)"),
        hint: "Try again: a core ends whoever keeps others waiting for two seconds.")
      isHeldUp = true
    case "57014": self.init(.cancelled, "The request to the database \(database) was cancelled.")
    // Connection, resources, operator's intervention, system, and a server that was made read-only.
    case let code where ["08", "53", "57", "58"].contains(String(code.prefix(2))) || code == "25006":
      self.init(.unavailable, DatabaseFault.unable.told("\(database)", error.message))
    // Serialisation failure and deadlock.
    case "40001", "40P01": self.init(.conflict, "Another change of the database \(database) came in between.")
    default:
      self.init(
        .internalError, "The database \(database) refuses a statement: \(error.message).",
        details: ["SQLSTATE": error.sqlstate])
    }
  }
}
