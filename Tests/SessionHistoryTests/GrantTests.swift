import PostgresClient
import Testing

@testable import SessionHistory

/// Who may do what to which table, as the database itself says.
@Suite struct GrantTests {
  /// S, I, U, D: on the whole table; small: on some of its columns. Row-level security comes on top.
  private static let expected = """
    table             viewer  approver  operator  admin  core
    agent             S       S         S         S      S
    audit             S       S         S         S      S
    audit_entry       s       s         s         s      s
    audit_head        S       S         S         S      S
    channel           -       -         -         -      -
    core_lease        S       S         S         S      SIU
    core_status       S       S         S         S      SIUD
    disk_use          S       S         S         S      SIUD
    ended_connection  s       s         s         S      S
    engine            S       S         S         S      SIU
    event             -       -         -         -      SID
    event_search      -       -         -         -      SID
    imported_record   -       -         -         -      SID
    legal_hold        S       S         S         S      S
    master_key        -       -         -         -      -
    operation         s       s         s         S      Su
    operator_login    -       -         -         -      -
    retention         S       S         S         S      S
    sandbox_report    S       S         S         S      SIUD
    schema_migration  S       S         S         S      S
    search_cursor     -       -         -         -      SIUD
    search_debt       -       -         -         -      -
    secret            s       s         s         s      S
    secret_binding    S       S         S         S      S
    session           S       S         S         S      SIU
    session_identity  -       -         -         -      S
    set_aside         S       S         S         S      S
    team              S       S         S         S      S
    team_grant        S       S         S         S      S
    team_identity     -       -         -         S      -
    team_report       S       S         S         S      SIU
    usage             S       S         S         S      SIu
    """

  @Test func theRightsOnEveryTableAreThoseOfThisTable() async throws {
    try await HistoryFixture.with { fixture in
      let rows = try await fixture.pool.query(
        """
        SELECT c.relname::text AS name, string_agg(r.rights, ' ' ORDER BY r.place) AS rights
        FROM pg_class c CROSS JOIN LATERAL (
          SELECT role.place, coalesce(nullif(string_agg(
            CASE WHEN has_table_privilege(role.name, c.oid, p.name) THEN p.letter
              WHEN p.name <> 'DELETE' AND has_any_column_privilege(role.name, c.oid, p.name) THEN lower(p.letter)
              ELSE '' END, '' ORDER BY p.place), ''), '-') AS rights
          FROM unnest(ARRAY['paddock_viewer', 'paddock_approver', 'paddock_operator', 'paddock_admin',
            'paddock_core'])
            WITH ORDINALITY role (name, place)
          CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE'], ARRAY['S', 'I', 'U', 'D'])
            WITH ORDINALITY p (name, letter, place)
          GROUP BY role.place
        ) r
        WHERE c.relnamespace = 'paddock'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition GROUP BY c.relname ORDER BY 1
        """)
      let found = try rows.map { "\(try $0.text("name")) \(try $0.text("rights"))" }
      let expected = Self.expected.split(separator: "\n").dropFirst().map { line in
        line.split(separator: " ").joined(separator: " ")
      }
      #expect(found == expected)
    }
  }

  /// Row-level security of the whole does not hold for what is asked of a part.
  @Test func nobodyHasARightOnAPartition() async throws {
    try await HistoryFixture.with { fixture in
      let partitions = try await fixture.pool.query(
        """
        SELECT c.relname::text AS name, c.relrowsecurity AS is_guarded, EXISTS (
          SELECT FROM unnest(ARRAY['paddock_viewer', 'paddock_operator', 'paddock_admin', 'paddock_core']) r
          WHERE has_table_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
            OR has_any_column_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')) AS is_open
        FROM pg_class c WHERE c.relnamespace = 'paddock'::regnamespace AND c.relispartition AND c.relkind = 'r'
        """)
      #expect(partitions.count >= 3)
      for partition in partitions {
        let (isGuarded, isOpen) = (try partition.bool("is_guarded"), try partition.bool("is_open"))
        let name = try partition.text("name")
        #expect(isGuarded && !isOpen, "\(name)")
      }
    }
  }

  /// A function that acts as the owner of the tables, and is anybody's to call, must not be one for a trigger: whoever
  /// calls it from a table of their own decides what its row is.
  @Test func nobodyCallsATriggersFunction() async throws {
    try await HistoryFixture.with { fixture in
      let open = try await fixture.pool.query(
        """
        SELECT p.proname::text AS name FROM pg_proc p WHERE p.pronamespace = 'paddock'::regnamespace
          AND (p.prosecdef AND p.proname NOT IN ('caller_has', 'my_team_rows') OR p.prorettype = 'trigger'::regtype)
          AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
        """)
      #expect(try open.map { try $0.text("name") } == [])
      let triggers = try await fixture.pool.query(
        """
        SELECT p.proname::text AS name FROM pg_proc p
        WHERE p.pronamespace = 'paddock'::regnamespace AND p.prorettype = 'trigger'::regtype
        """)
      #expect(triggers.count >= 8)
      try await fixture.withLogin("mallory", roles: ["paddock_operator", fixture.role(of: fixture.team)]) { _, pool in
        for trigger in triggers {
          let name = try trigger.text("name")
          await #expect(throws: PostgresError.self, "\(name)") {
            try await pool.script(
              """
              CREATE TEMP TABLE own (id uuid, team text, outcome text);
              CREATE TRIGGER called AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION paddock.\(name)();
              """)
          }
        }
      }
    }
  }

  @Test func whoMayBeACoreIsToldFromWhoMayNot() async throws {
    try await HistoryFixture.with { fixture in
      #expect(try await fixture.store.mayBeCore())
      for (role, may) in [("paddock_viewer", false), ("paddock_operator", false), ("paddock_core", true)] {
        try await fixture.withLogin(role, roles: [role]) { (store, _) async throws in
          #expect(try await store.mayBeCore() == may, "\(role)")
        }
      }
    }
  }

  @Test func nobodyElseHasAnyRight() async throws {
    try await HistoryFixture.with { fixture in
      try await fixture.withLogin("nobody", roles: [fixture.role(of: fixture.team)]) { (_, pool) async throws in
        let open = try await fixture.pool.query(
          """
          SELECT c.relname::text AS name FROM pg_class c
          WHERE c.relnamespace = 'paddock'::regnamespace AND c.relkind IN ('r', 'p', 'v')
            AND has_table_privilege($1, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
          """, [.text("nobody_\(fixture.suffix)")])
        #expect(try open.map { try $0.text("name") } == [])
        await #expect(throws: (any Error).self) { _ = try await pool.query("SELECT FROM paddock.session") }
      }
    }
  }
}
