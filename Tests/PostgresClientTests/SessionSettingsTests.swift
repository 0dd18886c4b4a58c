import EmbeddedPostgres
import Glibc
import PostgresTestSupport
import Testing

@testable import PostgresClient

@Suite(.serialized) struct SessionSettingsTests {
  /// What an administrator, or the person whose login it is, may have set.
  static let hostile: [(name: String, value: String, expected: String)] = [
    ("statement_timeout", "1ms", "0"), ("lock_timeout", "1ms", "0"),
    ("idle_in_transaction_session_timeout", "1ms", "0"), ("standard_conforming_strings", "off", "on"),
    ("default_transaction_isolation", "serializable", "read committed"),
    ("default_transaction_read_only", "on", "off"), ("DateStyle", "German", "ISO, YMD"),
    ("IntervalStyle", "sql_standard", "postgres"), ("TimeZone", "Asia/Kathmandu", "UTC"),
    ("bytea_output", "escape", "hex"), ("extra_float_digits", "-15", "1"), ("array_nulls", "off", "on"),
    ("transform_null_equals", "on", "off"), ("row_security", "off", "on"), ("client_encoding", "LATIN1", "UTF8"),
  ]

  @Test(arguments: hostile.indices) func whatARoleHasSetDoesNotMatter(_ index: Int) async throws {
    let (name, value, expected) = Self.hostile[index]
    try await withLogin(["\(name) = '\(value)'"]) { configuration in
      let connection = try await PostgresConnection.connect(configuration)
      // Longer than any of the time-outs.
      try await connection.script("SELECT pg_sleep(0.02)")
      let rows = try await connection.query("SELECT current_setting('\(name)') AS value")
      #expect(try rows.first?.text("value") == expected)
      await connection.close()
    }
  }

  @Test func nothingOfItMattersTogether() async throws {
    try await withLogin(Self.hostile.map { "\($0.name) = '\($0.value)'" }) { configuration in
      for _ in 0..<20 {
        let connection = try await PostgresConnection.connect(configuration)
        #expect(try await connection.query("SELECT pg_sleep(0.002)").count == 1)
        await connection.close()
      }
    }
  }

  @Test func ourOwnTimeoutsHold() async throws {
    try await withLogin(["lock_timeout = 0", "idle_in_transaction_session_timeout = 0"]) { configuration in
      var configuration = configuration
      (configuration.lockTimeout, configuration.idleInTransactionTimeout) = (0.05, 0.2)
      let holder = try await PostgresConnection.connect(PostgresConfiguration(url: configuration.url))
      try await holder.script("SELECT pg_advisory_lock(1)")
      let connection = try await PostgresConnection.connect(configuration)
      let failure = await #expect(throws: PostgresError.self) {
        try await connection.script("SELECT pg_advisory_lock(1)")
      }
      #expect(failure?.sqlstate == "55P03")
      try await connection.script("BEGIN")
      while await connection.isUsable() { try await Task.sleep(for: .milliseconds(20)) }
      await holder.close()
    }
  }

  @Test func aServerIsReachedDirectlyAndSaysHowItKeepsText() async throws {
    try await withTemporaryConnection { connection in
      #expect(await connection.isDirect)
      #expect(await connection.serverEncoding == "UTF8")
    }
  }

  /// Roles belong to the whole server.
  private func withLogin(
    _ settings: [String], _ body: (PostgresConfiguration) async throws -> Void
  ) async throws {
    try await withTemporaryDatabase { url in
      let login = "set_\(UInt32.random(in: 0 ... .max))"
      let administration = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      try await administration.script("CREATE ROLE \(login) LOGIN")
      for setting in settings { try await administration.script("ALTER ROLE \(login) SET \(setting)") }
      let result: Result<Void, any Error>
      do {
        result = .success(try await body(PostgresConfiguration(url: url + "&user=\(login)")))
      } catch { result = .failure(error) }
      try await administration.script("DROP ROLE \(login)")
      await administration.close()
      try result.get()
    }
  }
}

@Suite struct ConnectionRefusalTests {
  @Test func theServersCodeIsReadInAnyLanguage() {
    let place = "connection to server on socket \"/tmp/a/.s.PGSQL.5432\" failed: "
    let english = ConnectionRefusal(
      place + "FATAL:  53300: sorry, too many clients already\nLOCATION:  ProcArrayAdd, procarray.c:366")
    #expect(english.sqlstate == "53300")
    #expect(english.message == place + "FATAL:  sorry, too many clients already")
    let german = ConnectionRefusal(
      place + "SCHWERWIEGEND:  57P03: das Datenbanksystem startet\nORT:  ProcessStartupPacket, postmaster.c:2377")
    #expect(german.sqlstate == "57P03")
    #expect(german.message == place + "SCHWERWIEGEND:  das Datenbanksystem startet")
    let nobody = ConnectionRefusal(place + "No such file or directory\n\tIs the server running locally?")
    #expect(nobody.sqlstate == nil)
    #expect(nobody.error == .connectionFailed(place + "No such file or directory\n\tIs the server running locally?"))
    #expect(ConnectionRefusal("FATAL: 53300: one blank").sqlstate == nil)
    #expect(ConnectionRefusal("").sqlstate == nil)
  }

  @Test func aFullServerIsToldByItsCode() async throws {
    try await withTemporaryDatabase { url in
      let login = "few_\(UInt32.random(in: 0 ... .max))"
      let administration = try await PostgresConnection.connect(PostgresConfiguration(url: url))
      try await administration.script("CREATE ROLE \(login) LOGIN CONNECTION LIMIT 1")
      let configuration = PostgresConfiguration(url: url + "&user=\(login)")
      let first = try await PostgresConnection.connect(configuration)
      let pool = PostgresPool(configuration, size: 1, patience: 0.1)
      let failure = await #expect(throws: PostgresError.self) { try await pool.script("SELECT 1") }
      #expect(failure?.sqlstate == "53300")
      await first.close()
      await pool.close()
      try await administration.script("DROP ROLE \(login)")
      await administration.close()
    }
  }

  /// The server's messages are translated where its environment says so, which needs no locale of that language.
  @Test(.timeLimit(.minutes(2))) func aServerOfAnotherLanguageIsUnderstood() async throws {
    try await withTemporaryServer(settings: [
      "lc_messages": "C.UTF-8", "max_connections": "5", "superuser_reserved_connections": "2",
    ]) { server in
      let url = try await server.start()
      try await server.stop()
      try start(server.dataDirectory, language: "de")
      var configuration = PostgresConfiguration(url: url)
      configuration.statementTimeout = 0.1
      let connection = try await PostgresConnection.connect(configuration)
      let german = await #expect(throws: PostgresError.self) { try await connection.script("SELECT 1 / 0") }
      #expect(german?.description.contains("Division durch Null") == true)
      await #expect(throws: PostgresError.timedOut) { try await connection.script("SELECT pg_sleep(60)") }
      let task = Task { try await connection.script("SELECT pg_sleep(0.09), pg_sleep(60)") }
      task.cancel()
      await #expect(throws: PostgresError.cancelled) { try await task.value }
      var others: [PostgresConnection] = []
      let refusal = await #expect(throws: PostgresError.self) {
        while true { others.append(try await PostgresConnection.connect(configuration)) }
      }
      #expect(refusal?.sqlstate == "53300")
      for other in others { await other.close() }
      await connection.close()
    }
  }

  private func start(_ dataDirectory: String, language: String) throws {
    let programs = Subcommand(["pg_config", "--bindir"]).run().output
    let account = geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : []
    let outcome = Subcommand(
      account + [
        "env", "LANGUAGE=\(language)", "\(programs)/pg_ctl", "start", "--pgdata=\(dataDirectory)", "--wait",
        "--log=\(dataDirectory)/paddock.log",
      ]
    ).run()
    try #require(outcome.status == 0, "\(outcome.output)")
  }
}
