import PaddockProgram
import PostgresClient
import Testing

/// How many connections the real programs open, and what they say when there is none left.
@Suite(.serialized) struct ConnectionTests {
  @Test(.timeLimit(.minutes(3))) func aConsoleOpensTwoConnections() async throws {
    try await PaddockInstallation.run { paddock in
      let watch = try await connect(to: paddock)
      try await ConsoleTerminal.open(.small, on: paddock) { terminal in
        let core = try #require(try await connections(watch).first)
        #expect(core.value <= 10)
        try await terminal.run("paddock console")
        try await terminal.wait(for: "? help")
        try await eventually("the console listens, too") {
          try await connections(watch).filter { $0.key != core.key }.map(\.value) == [2] ? true : nil
        }
        // What it does next needs no more.
        for key in ["g", "/", "x", "Escape", "r", "?", "Escape", "Tab", "Tab"] { try await terminal.press(key) }
        for _ in 0..<50 { #expect(try await connections(watch).allSatisfy { $0.key == core.key || $0.value <= 2 }) }
      }
      await watch.close()
    }
  }

  @Test(.timeLimit(.minutes(3))) func aFullServerIsSaidToBeFullAndItsCoreGoesOn() async throws {
    try await PaddockInstallation.run { paddock in
      let watch = try await connect(to: paddock)
      try await watch.script("CREATE ROLE greedy LOGIN")
      var taken: [PostgresConnection] = []
      // Of a login that is nobody's in particular, until the core sees to it; then of a superuser.
      await #expect(throws: PostgresError.self) {
        while true { taken.append(try await connect(to: paddock, as: "greedy")) }
      }
      try await eventually("there is room again") {
        try await watch.query("SELECT FROM pg_stat_activity WHERE usename = 'greedy'").count <= 20 ? true : nil
      }
      let ended = taken.count - 20
      // Those who are ended are gone before what was done is committed.
      try await eventually("each of them is on record") {
        try await watch.query("SELECT FROM paddock.ended_connection WHERE login = 'greedy'").count == ended ? true : nil
      }
      for connection in taken { await connection.close() }
      taken = []
      await #expect(throws: PostgresError.self) { while true { taken.append(try await connect(to: paddock)) } }
      let run = try await paddock.paddock("status")
      #expect(run.status == 1)
      #expect(run.errors.contains("has too many connections"))
      #expect(!run.errors.contains("Is Postgres running"))
      for connection in taken { await connection.close() }
      try await paddock.require("status")
      await watch.close()
    }
  }

  private func connect(to paddock: PaddockInstallation, as user: String = "paddock") async throws -> PostgresConnection
  {
    let url = "postgresql://\(user)@/paddock?host=\(paddock.directory)/postgres&application_name=test"
    return try await PostgresConnection.connect(PostgresConfiguration(url: url))
  }

  /// By process.
  private func connections(_ watch: PostgresConnection) async throws -> [String: Int64] {
    let rows = try await watch.query(
      """
      SELECT application_name AS name, count(*) AS number FROM pg_stat_activity
      WHERE application_name LIKE 'paddock process %' GROUP BY 1
      """)
    return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.text("name"), try $0.int("number")) })
  }
}
