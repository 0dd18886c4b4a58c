/// What every connection is told first, whatever the role, the database or the server's files say: the one place that
/// says what this client, and the SQL of those who use it, rely on.
struct SessionSettings {
  private let configuration: PostgresConfiguration

  init(_ configuration: PostgresConfiguration) {
    self.configuration = configuration
  }

  /// How often it is told: a role may have a `statement_timeout` of a millisecond.
  static let tries = 50

  /// The first column of its last answer is the number of the server's process. Statements of one message are one
  /// transaction, but each has a time-out of its own: the first lifts it for the others.
  var script: String {
    // A login is itself: a role that was set for it (`ALTER ROLE … SET role`) would have its rights, and not its teams.
    let calls = values.map { "set_config('\($0.0)', '\(escaped($0.1))', false)" }
    // Of Postgres 17; asked for rather than known by the version, which a pooler may make up.
    let younger =
      "CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL "
      + "THEN set_config('transaction_timeout', '0', false) END"
    return "SET statement_timeout = 0; SET ROLE NONE; SET standard_conforming_strings = on; SELECT pg_backend_pid(), "
      + (calls + [younger]).joined(separator: ", ")
  }

  private var values: [(String, String)] {
    [
      ("DateStyle", "ISO, YMD"),
      ("IntervalStyle", "postgres"),
      ("TimeZone", "UTC"),
      ("bytea_output", "hex"),
      ("extra_float_digits", "1"),
      ("array_nulls", "on"),
      ("transform_null_equals", "off"),
      // Where it is off, a query that policies would filter fails.
      ("row_security", "on"),
      ("default_transaction_isolation", "read committed"),
      ("default_transaction_read_only", "off"),
      ("default_transaction_deferrable", "off"),
      ("lock_timeout", milliseconds(configuration.lockTimeout)),
      ("idle_in_transaction_session_timeout", milliseconds(configuration.idleInTransactionTimeout)),
      // A connection of a pool, and one that listens, are idle for hours.
      ("idle_session_timeout", "0"),
      ("statement_timeout", milliseconds(configuration.statementTimeout)),
    ] + (configuration.searchPath.map { [("search_path", $0)] } ?? [])
  }

  /// 0 is never; a time that rounds to it must not become that.
  private func milliseconds(_ seconds: Double?) -> String {
    "\(seconds.map { max(1, Int($0 * 1000)) } ?? 0)"
  }

  private func escaped(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
  }
}
