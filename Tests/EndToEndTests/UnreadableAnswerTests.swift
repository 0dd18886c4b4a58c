import ControlModel
import PaddockProgram
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// What cannot be read, through the real program.
@Suite(.serialized) struct UnreadableAnswerTests {
  /// Past its rules, as by a newer Paddock: the database refuses these.
  @Test func commandsAnswerWithoutWhatCannotBeReadAndNameIt() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url))
      let store = PostgresSessionStore(pool)
      try await store.migrate()
      let team = try ResourceName("blue-\(UInt32.random(in: 0...UInt32.max))")
      _ = try await store.createTeam(team, actor: "root", reason: nil)
      for name in ["good", "bad"] {
        _ = try await store.applyAgent(
          ResourceName(name), of: team, spec: AgentSpec(runtime: .exec, command: ["true"]), actor: "root")
      }
      try await pool.script(
        "ALTER TABLE paddock.agent DROP CONSTRAINT agent_spec_fits; UPDATE paddock.agent SET spec = '{}' WHERE name = 'bad'"
      )
      try await PaddockInstallation.unstarted(environment: ["PADDOCK_DATABASE_URL": url]) { paddock in
        let row = "\(team)/bad"
        let list = try await paddock.require("agent", "list")
        #expect(list.output.contains("good") && list.errors.contains("The row '\(row)' of 'agent' cannot be read"))
        let json = try await paddock.json("agent", "list").arrayValue ?? []
        #expect(json.count == 2 && json.last?["id"]?.stringValue == row && json.last?["unreadable"] != nil)
        #expect(try await paddock.require("unreadable", "list").output.contains(row))
        #expect(try await paddock.json("unreadable", "list").arrayValue?.count == 1)
        let shown = try await paddock.paddock("agent", "show", row)
        #expect(shown.status == 1 && shown.errors.contains("paddock unreadable remove agent \(row)"))
        try await paddock.require("unreadable", "remove", "agent", row, "--yes", "--reason", "garbled")
        let later = try await paddock.require("agent", "list")
        #expect(later.errors.isEmpty && later.output.contains("good"))
        #expect(try await paddock.require("set-aside", "list").output.contains("garbled"))
        #expect(try await paddock.paddock("doctor").output.contains("1 of paddock.agent: garbled"))
      }
      try await store.deleteTeam(team, actor: "root", reason: nil)
      await pool.close()
    }
  }
}
