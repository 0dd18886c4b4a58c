import PostgresClient
import Testing

/// What only a server on a port can show: TLS, passwords, and the options of URLs.
@Suite struct TCPTests {
  @Test func aServerIsTrustedByItsAuthorityAndItsNameOnly() async throws {
    try await TCPServer.with { server in
      let trusting = ["sslmode=verify-full", "sslrootcert=\(server.authority)"]
      let url = server.url("ada", password: TCPServer.password, trusting)
      let row = try await row("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", url)
      #expect(try row.bool("ssl"))

      let distrusting = ["sslmode=verify-full", "sslrootcert=\(server.stranger)"]
      let untrusted = try await refusal(server.url("ada", password: TCPServer.password, distrusting))
      #expect(untrusted.contains("certificate verify failed"))
      let otherName = server.url("ada", password: TCPServer.password, host: "db.example", trusting)
      #expect(try await refusal(otherName).contains("does not match host name \"db.example\""))
      // The server offers this account no connection without TLS.
      #expect(try await refusal(server.url("ada", password: TCPServer.password, ["sslmode=disable"])).contains("ada"))
    }
  }

  @Test func aWrongPasswordIsRefusedAtOnceAndNeverShown() async throws {
    try await TCPServer.with { server in
      let url = server.url("ada", password: "wrong-horse", ["sslmode=require"])
      #expect(try await refusal(url).contains("password authentication failed for user \"ada\""))
      // A pool is patient with a server that is away, not with one that says no.
      let pool = PostgresPool(PostgresConfiguration(url: url), size: 1, patience: 3600)
      let failure = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
      #expect(failure.map { !$0.description.contains("horse") } ?? false)
      await pool.close()
      let none = try await refusal(server.url("ada", ["sslmode=require", "passfile=\(server.directory)/none"]))
      #expect(none.contains("no password supplied"))
    }
  }

  @Test func theOptionsOfAURLReachTheServer() async throws {
    try await TCPServer.with { server in
      let options = ["sslmode=disable", "application_name=watcher", "options=-c%20work_mem%3D1234kB"]
      let url = server.url("plain", options + ["target_session_attrs=read-write"])
      let row = try await row(
        "SELECT current_setting('application_name') AS name, current_setting('work_mem') AS memory", url)
      #expect(try row.text("name") == "watcher")
      #expect(try row.text("memory") == "1234kB")
      let standby = server.url("plain", ["sslmode=disable", "target_session_attrs=standby"])
      #expect(try await refusal(standby).contains("standby"))
      let hosts = "host=127.0.0.1,127.0.0.1&port=1,\(server.port)&sslmode=disable"
      let second = try await self.row("SELECT 1::int8 AS one", "postgresql://plain@/paddock?\(hosts)")
      #expect(try second.int("one") == 1)
    }
  }

  @Test func aServerThatSaysNothingIsGivenUpAfterTheTimeOfTheURL() async throws {
    let listener = try SilentListener()
    let start = ContinuousClock.now
    var configuration = PostgresConfiguration(
      url: "postgresql://ada:right-horse@127.0.0.1:\(listener.port)/x?connect_timeout=1")
    configuration.connectTimeout = 3600
    let failure = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
    #expect(
      failure?.description == "The connection to Postgres failed: "
        + "ada@127.0.0.1:\(listener.port)/x did not answer in time")
    #expect(ContinuousClock.now - start < .seconds(600))
  }

  @Test func aPoolAndAListenerComeBackWhenTheServerDoes() async throws {
    try await TCPServer.with { server in
      let configuration = PostgresConfiguration(
        url: server.url("ada", password: TCPServer.password, ["sslmode=require"]))
      let pool = PostgresPool(configuration, size: 1, patience: 600)
      var events = PostgresListener(configuration).events(channels: ["news"]).makeAsyncIterator()
      #expect(await events.next() == .reconnected)
      #expect(try await pool.query("SELECT 1").count == 1)
      try await server.stop()
      // Asked while the port refuses: the back-off bridges it.
      let waiting = Task { try await pool.query("SELECT pg_notify('news', 'back')").count }
      try await server.start()
      while let event = await events.next(), event != .reconnected { #expect(event == .lost) }
      #expect(try await waiting.value == 1)
      await pool.close()
    }
  }

  private func row(_ sql: String, _ url: String) async throws -> PostgresRow {
    let connection = try await PostgresConnection.connect(PostgresConfiguration(url: url))
    let rows = try await connection.query(sql)
    await connection.close()
    return try #require(rows.first)
  }

  /// Why no connection came about: one line that holds no password.
  private func refusal(_ url: String) async throws -> String {
    let failure = try await #require(throws: PostgresError.self) {
      await (try PostgresConnection.connect(PostgresConfiguration(url: url))).close()
    }
    let text = failure.description
    #expect(!text.contains("\n") && !text.contains("horse"), "\(text)")
    return text
  }
}
