/// What can go wrong with Postgres. `description` never holds a password or a row's values.
package enum PostgresError: Error, Sendable, Hashable {
  /// No connection came about: libpq's own words.
  case connectionFailed(String)
  /// A server answered, and refused the connection.
  case refused(PostgresServerError)
  /// The connection ended before the answer was complete. A statement outside a transaction may have had its effect.
  case connectionLost(String)
  case server(PostgresServerError)
  /// The connection ended while COMMIT was under way: look whether the change is there.
  case commitUnknown
  /// The body swallowed an error of the server, which then rolled back instead of committing.
  case transactionAborted
  /// The task was cancelled; the connection stays usable.
  case cancelled
  /// A deadline passed: `statement_timeout`, or the wait for a free connection of a pool.
  case timedOut
  case decoding(column: String, expected: String, found: String)
  case invalidParameter(String)
  /// So many callers already wait for a connection of the pool.
  case tooManyWaiting(Int)
  /// The connection or the pool was closed by its owner.
  case closed
  /// A statement of another kind than the method is for, such as a COPY given to `query`.
  case misuse(String)
}

extension PostgresError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .connectionFailed(let reason): "The connection to Postgres failed: \(reason)"
    case .refused(let error): "Postgres refused the connection: \(error.message) (\(error.sqlstate))"
    case .connectionLost(let reason): "The connection to Postgres was lost: \(reason)"
    case .server(let error): error.description
    case .commitUnknown:
      "The connection to Postgres was lost during COMMIT, so it is unknown whether the change is there."
    case .transactionAborted: "Postgres rolled the transaction back, because one of its statements had failed."
    case .cancelled: "The statement was cancelled."
    case .timedOut: "Postgres did not answer in time."
    case .decoding(let column, let expected, let found):
      "Column “\(column)” was read as \(expected), but Postgres sent \(found)."
    case .invalidParameter(let reason): "A parameter cannot be sent to Postgres: \(reason)"
    case .tooManyWaiting(let count): "\(count) callers already wait for a connection to Postgres."
    case .closed: "The connection to Postgres is closed."
    case .misuse(let reason): "The statement does not fit: \(reason)"
    }
  }
}

extension PostgresError {
  /// True when a new connection is worth a try.
  package var isConnectionLoss: Bool {
    switch self {
    case .connectionFailed, .refused, .connectionLost, .commitUnknown: true
    default: false
    }
  }

  package var sqlstate: String? {
    switch self {
    case .server(let error), .refused(let error): error.sqlstate
    default: nil
    }
  }
}

/// An error report of the server.
package struct PostgresServerError: Error, Sendable, Hashable {
  /// Five characters: https://www.postgresql.org/docs/15/errcodes-appendix.html
  package var sqlstate: String
  package var message: String
  /// May quote values of rows: not for screens and logs.
  package var detail: String?
  package var hint: String?
  package var constraint: String?
  package var table: String?

  package init(
    sqlstate: String, message: String, detail: String? = nil, hint: String? = nil, constraint: String? = nil,
    table: String? = nil
  ) {
    self.sqlstate = sqlstate
    self.message = message
    self.detail = detail
    self.hint = hint
    self.constraint = constraint
    self.table = table
  }
}

extension PostgresServerError: CustomStringConvertible {
  package var description: String { "Postgres says: \(message) (\(sqlstate))" }
}
