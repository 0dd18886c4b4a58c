import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// What a login could do to the whole server without any right on a table.
@Suite struct ServerDoorTests {
  @Test(arguments: [
    "SELECT pg_advisory_lock(1)", "SELECT pg_advisory_lock(1, 2)", "SELECT pg_try_advisory_lock(8, 1)",
    "SELECT pg_try_advisory_xact_lock_shared(1)", "SELECT pg_advisory_unlock_all()",
    "SELECT lo_from_bytea(0, 'x')", "SELECT lo_create(0)", "SELECT lo_creat(-1)", "SELECT lo_put(1, 0, 'x')",
    "SELECT pg_logical_emit_message(false, 'a', 'b')", "CREATE TEMPORARY TABLE t (x text)",
  ])
  func isClosedToPeopleAndOpenToCores(_ statement: String) async throws {
    try await HistoryFixture.with { fixture in
      for role in ["paddock_viewer", "paddock_operator", "paddock_admin"] {
        try await fixture.withLogin("a_\(role)", roles: [role, fixture.role(of: fixture.team)]) { _, pool in
          await #expect { try await pool.script(statement) } throws: { ($0 as? PostgresError)?.sqlstate == "42501" }
        }
      }
      try await fixture.withLogin("core", roles: ["paddock_core"]) { _, pool in
        do throws(PostgresError) { try await pool.script(statement) } catch {
          #expect(error.sqlstate != "42501", "\(error)")
        }
      }
    }
  }

  @Test func whatWasRefusedHasABound() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let ask = """
        SELECT count(paddock.submit_operation(gen_random_uuid(), 'session.message', '\(fixture.team)', '\(session.id)', 1,
          repeat('x', 2000), NULL, NULL, 'no')) FROM generate_series(1, %) n
        """
      func submit(_ count: Int, _ pool: PostgresPool) async throws {
        try await pool.script(ask.replacing("%", with: "\(count)"))
      }
      try await fixture.withLogin("eve", roles: ["paddock_operator", fixture.role(of: fixture.team)]) { _, pool in
        try await submit(1990, pool)
        await #expect { try await submit(20, pool) } throws: { ($0 as? PostgresError)?.sqlstate == "PD403" }
      }
      let bytes = try await fixture.pool.query("SELECT sum(octet_length(argument)) AS bytes FROM paddock.operation")
      #expect(try #require(try bytes.first?.int("bytes")) <= 2_000_000)
    }
  }

  @Test func aSpecificationHoldsNoNUL() async throws {
    try await HistoryFixture.with { fixture in
      func apply(_ command: String) -> String {
        "SELECT paddock.apply_agent('\(fixture.team)', 'n', 'exec', '{\"runtime\":\"exec\",\"command\":[\"\(command)\"]}', NULL)"
      }
      try await fixture.withLogin("ann", roles: ["paddock_operator", fixture.role(of: fixture.team)]) { _, pool in
        for command in [#"/bin/cat\u0000x"#, #"\u0000"#, #"a\\\u0000"#] {
          await #expect { try await pool.script(apply(command)) } throws: {
            ($0 as? PostgresError)?.sqlstate == "PD400"
          }
        }
        try await pool.script(apply(#"/bin/cat\\u0000x"#))
      }
    }
  }
}
