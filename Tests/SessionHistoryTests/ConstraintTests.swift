import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// What the database itself refuses, and what becomes of rows that are older than the refusal.
@Suite(.serialized) struct ConstraintTests {
  @Test func theWordsOfTheSchemaAreThoseOfTheProgram() async throws {
    try await HistoryFixture.with { fixture in
      let known: [(function: String, words: [String])] = [
        ("operation_kinds", Operation.Kind.allCases.map(\.rawValue)),
        ("desired_states", DesiredState.allCases.map(\.rawValue)),
        ("session_states", SessionState.allCases.map(\.rawValue)),
        ("runtimes", RuntimeName.allCases.map(\.rawValue)), ("event_kinds", EventKind.allCases.map(\.rawValue)),
      ]
      for (function, words) in known {
        let stored = try await fixture.store.query("SELECT paddock.\(function)() AS words", []) {
          try $0.textArray("words")
        }
        #expect(stored.first?.sorted() == words.sorted(), "\(function)")
      }
    }
  }

  @Test(arguments: [
    "UPDATE paddock.session SET state = 'bogus'", "UPDATE paddock.session SET desired = ''",
    "UPDATE paddock.session SET runtime = 'Exec'", "UPDATE paddock.session SET generation = -1",
    "UPDATE paddock.session SET events = 9223372036854775807", "UPDATE paddock.session SET cost_micro = -3",
    "UPDATE paddock.session SET created_at = '-infinity'", "UPDATE paddock.session SET last_event_at = '9999-12-31'",
    "UPDATE paddock.session SET projection = '[]'", "UPDATE paddock.session SET title = repeat('x', 20000)",
    "UPDATE paddock.agent SET spec = '{}'", "UPDATE paddock.agent SET spec = '[]'",
    #"UPDATE paddock.agent SET spec = '"\u0000"'"#, "UPDATE paddock.agent SET created_at = '-infinity'",
    "UPDATE paddock.agent SET spec = '{\"runtime\":\"codex\"}'", "UPDATE paddock.agent SET name = 'Odd Name'",
    "UPDATE paddock.agent SET revision = 0", "UPDATE paddock.team SET quota = '\"all\"'",
    "INSERT INTO paddock.usage SELECT name, 'infinity', 0, 0 FROM paddock.team",
    "INSERT INTO paddock.usage SELECT name, now(), -1, 0 FROM paddock.team",
    "UPDATE paddock.event SET time = '9999-12-31'", "UPDATE paddock.event SET kind = 'bogus'",
    "UPDATE paddock.operation SET kind = 'bogus'", "UPDATE paddock.operation SET generation = -1",
    "UPDATE paddock.operation SET requested_at = 'infinity'",
  ])
  func theDatabaseRefuses(_ sql: String) async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.record(["one"], to: try await fixture.startSession())
      // Triggers refuse some of these anyway; what is tried here is what stands behind them.
      await #expect {
        try await fixture.pastTriggers(sql)
      } throws: { ($0 as? PostgresError)?.sqlstate == "23514" }
    }
  }

  @Test func aSpecificationWithAnEscapeThatNoTextHoldsIsStored() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.pool.script(#"UPDATE paddock.agent SET spec = '{"runtime":"exec","command":["\u0000"]}'"#)
      #expect(try await fixture.store.agents(of: nil).count == 1)
    }
  }

  /// An installation of before, with rows that the rules refuse: everything starts, and nothing is lost.
  @Test func olderRowsThatDoNotFitAreSetAsideAndNamed() async throws {
    try await withTemporaryDatabase { url in
      let pool = PostgresPool(PostgresConfiguration(url: url))
      let store = PostgresSessionStore(pool)
      let before = Migration.all.prefix { $0.name != "constraints" }
      try await store.migrate(to: Array(before))
      try await pool.script(Self.oldRows)
      try await store.migrate()
      let aside = try await store.setAsideRows(limit: 99)
      #expect(
        Set(aside.map(\.relation)) == [
          "paddock.agent", "paddock.operation", "paddock.secret_binding", "paddock.session", "paddock.team",
        ])
      let (agents, unreadable) = try await noting { try await store.agents(of: nil) }
      #expect(agents.map(\.name.text) == ["good"] && unreadable.isEmpty)
      let sessions = try await store.sessions(of: nil)
      #expect(sessions.count == 2 && sessions.allSatisfy { $0.unreadable == nil })
      let mended = try #require(sessions.first { $0.title == "odd" })
      #expect(mended.state == .failed && mended.desired == .running && mended.events == 2)
      #expect(try await store.managedSession(mended.id)?.projection.lastSeq == 2)
      #expect(try await store.events(of: mended.id, .last, limit: 9).map(\.seq) == [1, 2])
      #expect(try await store.pendingOperations().isEmpty)
      #expect(try await store.unreadableRows().isEmpty)
      await pool.close()
    }
  }

  private static let oldRows = #"""
    INSERT INTO paddock.team (name) VALUES ('old');
    UPDATE paddock.team SET quota = '[]' WHERE name = 'old';
    INSERT INTO paddock.agent (team, name, runtime, spec, revision, created_at, updated_at) VALUES
      ('old', 'good', 'exec', '{"runtime":"exec"}', 1, now(), now()),
      ('old', 'empty', 'exec', '{}', 1, now(), now()),
      ('old', 'early', 'exec', '{"runtime":"exec"}', 1, '-infinity', now());
    INSERT INTO paddock.session (id, team, team_id, agent, runtime, title, desired, generation, state, state_since,
        created_at, last_event_at, events, projection)
      SELECT gen_random_uuid(), 'old', t.id, 'good', 'exec', v.*
      FROM paddock.team t, (VALUES
        ('fine', 'running', 1, 'working', now(), now(), now(), 0::bigint, '{}'::json),
        ('odd', 'running', -1, 'dreaming', now(), '-infinity', '9999-12-31', 2, '[]')) v
      WHERE t.name = 'old';
    INSERT INTO paddock.event (session_id, seq, time, team_id, is_error, kind, text)
      SELECT s.id, n, '9999-12-31', s.team_id, false, 'tomorrow', 'old words'
      FROM paddock.session s, generate_series(1, 2) n WHERE s.title = 'odd';
    INSERT INTO paddock.secret (team, name, owner, ciphertext, wrapped_key, key_id, created_at, updated_at)
      VALUES ('old', 'TOKEN', 'ann', decode(repeat('00', 40), 'hex'), decode(repeat('00', 40), 'hex'), 'k', now(), now());
    INSERT INTO paddock.secret_binding (team, secret, agent) VALUES ('old', 'TOKEN', 'Odd Name');
    DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'paddock.operation'::regclass AND attname = 'team_id') THEN
        INSERT INTO paddock.operation (id, kind, team, team_id, session_id, actor, requested_at)
          SELECT gen_random_uuid(), 'bogus', 'old', s.team_id, s.id, 'ann', now() FROM paddock.session s
          WHERE s.title = 'odd';
      ELSE
        INSERT INTO paddock.operation (id, kind, team, session_id, actor, requested_at)
          SELECT gen_random_uuid(), 'bogus', 'old', s.id, 'ann', now() FROM paddock.session s WHERE s.title = 'odd';
      END IF;
    END $$;
    """#
}
