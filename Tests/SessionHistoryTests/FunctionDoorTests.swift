import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

extension DoorTests {
  /// Every function of the schema, as everybody who is no core. One that this table does not know fails the test.
  @Suite struct FunctionDoorTests {
    /// Calls that try to touch, or learn of, what the words in them stand for: a session, an operation, a team, its number.
    private static let calls: [String: String] = [
      "acting_level": "acting_level(TEAM)",
      "actor": "actor('x')",
      "add_operator": "add_operator('x', 'server', NULL, NULL, true, false)",
      "apply_agent": "apply_agent(TEAM, 'fixer', 'exec', '{}', 'x')",
      "aside_operation": "aside_operation('{}')",
      "ask_for_text": "ask_for_text(SESSION, 1, 9, true, 'needle', '%', NULL)",
      "attribute": "attribute('x', 'y')",
      "begin_import": "begin_import(gen_random_uuid(), TEAM, 'x', 'x', NULL)",
      "bind_secret": "bind_secret(TEAM, 'TOKEN', 'fixer', 'x')",
      "bounded_time": "bounded_time(now())",
      "caller": "caller()",
      "caller_has": "caller_has('paddock_core')",
      "caller_level": "caller_level(TEAM)",
      "change_team": "change_team(TEAM, gen_random_uuid(), 'x', NULL, '{}')",
      "copy_aside": "copy_aside('session', 'true', 'x')",
      "create_team": "create_team('new', gen_random_uuid(), 'x', NULL, '{}')",
      "delete_agent": "delete_agent(TEAM, 'fixer', 'x', NULL)",
      "delete_secret": "delete_secret(TEAM, 'TOKEN', 'x', NULL)",
      "delete_team": "delete_team(TEAM, gen_random_uuid(), 'x', NULL)",
      "demand": "demand(TEAM, 4, 1)",
      "demand_administrator": "demand_administrator()",
      "demand_argument": "demand_argument('x', false, 'y')",
      "demand_length": "demand_length('x', 1, 0)",
      "demand_room": "demand_room(NUMBER, SESSION)",
      "demand_team": "demand_team(TEAM, OPERATION, 'x', '{}')",
      "demand_team_admin": "demand_team_admin(TEAM)",
      "demand_terms": "demand_terms(0, 0)",
      "demand_text": "demand_text('x', 'x', '(')",
      "desired_states": "desired_states()",
      "end_intruders": "end_intruders(0, 0, 0, 0)",
      "event_kinds": "event_kinds()",
      "find_text": "find_text(SESSION, 0, true, 'needle', '%needle%', NULL)",
      "finish_removal": "finish_removal('somebody')",
      "first_event_since": "first_event_since(SESSION, '1970-01-01', 1, 9, now())",
      "give_role": "give_role('paddock_admin', 'somebody')",
      "grant_operator": "grant_operator('somebody', TEAM, 'admin')",
      "has_passed": "has_passed(NULL)",
      "hold": "hold(TEAM, SESSION, 'x', 'y')",
      "is_core_login": "is_core_login(10)",
      "is_count": "is_count(1)",
      "is_held": "is_held(SESSION, NUMBER)",
      "is_name": "is_name('x')",
      "is_object": "is_object('{}', 9)",
      "is_past_term": "is_past_term(NULL, 1)",
      "is_specification": "is_specification('{}', 'exec')",
      "is_time": "is_time(now())",
      "keep_held": "keep_held()",
      "keep_master_key": "keep_master_key()",
      "keep_no_team": "keep_no_team()",
      "level_for": "level_for('session.kill')",
      "link_audit": "link_audit(10)",
      "make_event_partition": "make_event_partition('2020-01-01')",
      "mend_rows": "mend_rows('session', 'true', 'x')",
      "missing_guard_rights": "missing_guard_rights()",
      "forget_settings": "forget_settings()",
      "keeps_rules": "keeps_rules('session', 'true')",
      "missing_owner_rights": "missing_owner_rights()",
      "move_aside": "move_aside('paddock.session', 'true', 'x')",
      "move_to_held": "move_to_held(SESSION, '1970-01-01')",
      "my_channels": "my_channels()",
      "my_team_ids": "my_team_ids()",
      "my_team_rows": "my_team_rows()",
      "my_teams": "my_teams()",
      "next_event": "next_event(SESSION, 0, true, 'user')",
      "note_gone": "note_gone(ARRAY[SESSION], ARRAY[9::bigint])",
      "note_session": "note_session()",
      "note_team": "note_team()",
      "only_append": "only_append()",
      "only_complete": "only_complete()",
      "only_past_term": "only_past_term()",
      "operation_kinds": "operation_kinds()",
      "operator_roles": "operator_roles()",
      "operators": "operators()",
      "password_clause": "password_clause(NULL)",
      "past_term": "past_term(NUMBER, 1, '0')",
      "place_of_session": "place_of_session(SESSION, 1)",
      "place_of_team": "place_of_team(NUMBER)",
      "place_of_time": "place_of_time(now(), 10)",
      "places_of": "places_of(NUMBER, SESSION, 1, now())",
      "places_of_session": "places_of_session(SESSION, 0, 9)",
      "preview_retention": "preview_retention(TEAM, 1, 30)",
      "read_events": "read_events(SESSION, 0, true, 10)",
      "read_for_text": "read_for_text(SESSION, 1, 9, true, '%', NULL)",
      "read_requests": "read_requests(SESSION, ARRAY['call'])",
      "readable_bucket": "readable_bucket(SESSION)",
      "record_agent_change": "record_agent_change()",
      "record_binding_change": "record_binding_change()",
      "record_change": "record_change('secret.set', TEAM, 'TOKEN')",
      "record_retention": "record_retention('retention.set', TEAM, SESSION, 'x', 'x', 'y')",
      "record_secret_change": "record_secret_change()",
      "refuse_change": "refuse_change()",
      "refuse_master_key": "refuse_master_key('a', 'b')",
      "register_master_key": "register_master_key('x')",
      "release_hold": "release_hold(HOLD, 'x', 'y')",
      "release_people": "release_people()",
      "remove_arguments": "remove_arguments(SESSION)",
      "remove_operator": "remove_operator('somebody')",
      "remove_row": "remove_row('session', SESSION::text, 'x', 'y')",
      "rename_channel": "rename_channel()",
      "rename_channels": "rename_channels()",
      "report_ended_connections": "report_ended_connections()",
      "retain": "retain(9)",
      "retain_month": "retain_month()",
      "retain_operations": "retain_operations(9)",
      "retain_search": "retain_search(9)",
      "retain_session": "retain_session(9)",
      "revoke_operator": "revoke_operator('somebody', TEAM)",
      "row_names": "row_names()",
      "row_rules": "row_rules()",
      "runtimes": "runtimes()",
      "sealing_keys": "sealing_keys()",
      "search": "search('needle', ARRAY['needle'], TEAM, SESSION, NULL, NULL, NULL, 10)",
      "search_hits": "search_hits('needle', ARRAY[NUMBER], SESSION, NULL, NULL, NULL, 10)",
      "sees_all": "sees_all()",
      "session_states": "session_states()",
      "set_operator_password": "set_operator_password('somebody', NULL)",
      "set_retention": "set_retention(TEAM, 1, 30, 'x', 'y')",
      "set_secret": "set_secret(TEAM, 'TOKEN', '\\x00', '\\x00', 'k', 'x')",
      "start_session": "start_session(SESSION, OPERATION, TEAM, 'fixer', 't', NULL, 'x', NULL)",
      "open_doors": "open_doors()",
      "submit_operation": "submit_operation(gen_random_uuid(), 'session.kill', TEAM, SESSION, 1, 'x', 'x', NULL, NULL)",
      "take_no_samples": "take_no_samples()",
      "take_role": "take_role('paddock_viewer', 'somebody')",
      "teams_of_login": "teams_of_login(10)",
      "tell": "tell(NUMBER, '')",
      "tell_intents": "tell_intents(TEAM)",
      "tell_sessions": "tell_sessions(ARRAY[SESSION])",
      "term_begins": "term_begins(NULL)",
      "text_digest": "text_digest(SESSION, 'x')",
      "verify_audit": "verify_audit(TEAM)",
      "verify_chain": "verify_chain(NUMBER)",
      "words_of": "words_of('x')",
      "words_within": "words_within('x')",
      "write_audit": "write_audit()",
    ]

    /// What members may call.
    private static let open: Set = [
      "add_operator", "apply_agent", "begin_import", "bind_secret", "caller", "caller_has", "caller_level",
      "change_team",
      "create_team", "delete_agent", "delete_secret", "delete_team", "find_text", "finish_removal", "grant_operator",
      "hold", "missing_guard_rights", "missing_owner_rights", "my_channels", "my_team_ids", "my_team_rows", "my_teams",
      "next_event", "operator_roles", "operators", "preview_retention", "read_events", "read_requests", "release_hold",
      "remove_operator", "remove_row", "revoke_operator", "search", "sees_all", "set_operator_password",
      "set_retention",
      "set_secret", "start_session", "submit_operation", "verify_audit", "verify_chain",
    ]

    @Test func everyFunctionIsKnownAndOpenToThoseOfThisTableOnly() async throws {
      try await HistoryFixture.with { fixture in
        let rows = try await fixture.pool.query(
          """
          SELECT p.proname::text AS name, has_function_privilege('paddock_viewer', p.oid, 'EXECUTE') AS is_open,
            has_function_privilege('paddock_operator', p.oid, 'EXECUTE')
              <> has_function_privilege('paddock_viewer', p.oid, 'EXECUTE') AS is_uneven,
            EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
              AS is_public,
            p.prosecdef AND NOT coalesce(p.proconfig::text LIKE '%search_path=pg_catalog, pg_temp%', false) AS is_loose
          FROM pg_proc p WHERE p.pronamespace = 'paddock'::regnamespace ORDER BY 1
          """)
        #expect(try rows.map { try $0.text("name") } == Self.calls.keys.sorted())
        #expect(Set(try rows.filter { try $0.bool("is_open") }.map { try $0.text("name") }) == Self.open)
        for row in rows {
          let (isPublic, isLoose) = (try row.bool("is_public"), try row.bool("is_loose"))
          let (name, isUneven) = (try row.text("name"), try row.bool("is_uneven"))
          #expect(!isPublic && !isLoose && !isUneven, "\(name)")
        }
      }
    }

    /// What is said of another team's things is what is said of things that are not there.
    @Test func noFunctionTouchesOrTellsOfWhatIsAnothersTeam() async throws {
      try await TwoTeams.with { teams in
        let fixture = teams.fixture
        let rows = try await fixture.pool.query("SELECT id FROM paddock.team WHERE name = $1", [.text(teams.beta)])
        let number = try #require(try rows.first?.int("id"))
        let hold = try await fixture.store.hold(teams.theirs.id, of: teams.beta, actor: "root", reason: "lawsuit")
        let before = try await digest(teams)
        for (person, pool) in teams.people {
          for (name, call) in Self.calls {
            let there = Self.filled(
              call, teams.beta.text, teams.theirs.id, OperationID.make(at: .now()), number, hold)
            let nowhere = Self.filled(
              call, "nobody-at-all", .make(at: .now()), .make(at: .now()), 2_000_000_000, 2_000_000_000)
            // Pseudo-types, as of triggers, cannot be asked for what they say.
            let form =
              Self.open.contains(name) ? "SELECT to_jsonb(x)::text AS said FROM paddock.% x" : "SELECT paddock.%"
            let outcome = await pool.attempt(form.replacing("%", with: there))
            let expected = await pool.attempt(form.replacing("%", with: nowhere))
            guard Self.open.contains(name), person != .nobody else {
              #expect(outcome == .refused("42501"), "\(person): \(there)")
              continue
            }
            #expect(outcome == expected, "\(person): \(there)")
            if case .said(let text) = outcome {
              #expect(!text.contains(teams.beta.text) && !text.contains(teams.theirs.id.text), "\(person): \(there)")
            }
          }
        }
        #expect(try await digest(teams) == before)
      }
    }

    /// The claimed team is the caller's own, or the id is one that is another's already.
    @Test func noIdOrNameOfAnothersIsTakenForOnesOwn() async throws {
      try await TwoTeams.with { teams in
        let theirs = try await teams.fixture.store.operations(of: teams.theirs.id, team: nil, limit: 1)
        let start = try #require(theirs.first)
        let before = try await digest(teams)
        for person in TwoTeams.Person.allCases where person.isOperator {
          let store = try teams.store(person)
          for kind in Operation.Kind.allCases {
            var forged = teams.fixture.operation(kind, teams.theirs, argument: "call")
            forged.team = teams.alpha
            let operation = forged
            await #expect(throws: ControlFailure.self, "\(person): \(kind)") { try await store.submit(operation) }
            let past = await teams.people[person]?.attempt(
              """
              SELECT paddock.submit_operation('\(forged.id)', '\(kind.rawValue)', '\(teams.alpha)', '\(teams.theirs.id)', 1,
                'call', 'x', NULL, NULL)
              """)
            #expect(past == .refused("PD404"), "\(person): \(kind)")
          }
          var taken = teams.fixture.operation(.message, teams.mine, argument: "x")
          taken.id = start.id
          let operation = taken
          await expectFailure(.alreadyExists, "\(person)") { try await store.submit(operation) }
          let started = try await store.startSession(
            StartRequest(
              id: teams.theirs.id, operation: .make(at: .now()), team: teams.alpha, agent: teams.fixture.agent,
              title: "",
              message: nil, actor: "x"))
          #expect(started.id != teams.theirs.id && started.team == teams.alpha)
          await expectFailure(.alreadyExists, "\(person)") {
            try await store.startSession(
              StartRequest(
                id: .make(at: .now()), operation: start.id, team: teams.alpha, agent: teams.fixture.agent, title: "",
                message: nil, actor: "x"))
          }
        }
        #expect(try await digest(teams) == before)
      }
    }

    private static func filled(
      _ call: String, _ team: String, _ session: SessionID, _ operation: OperationID, _ number: Int64,
      _ hold: Int64
    ) -> String {
      call.replacing("TEAM", with: "'\(team)'").replacing("SESSION", with: "'\(session)'::uuid")
        .replacing("OPERATION", with: "'\(operation)'::uuid").replacing("NUMBER", with: "\(number)")
        .replacing("HOLD", with: "\(hold)")
    }

    /// Of all that is beta's, in every table.
    private func digest(_ teams: TwoTeams) async throws -> [String] {
      let tables = try await teams.fixture.pool.query(
        """
        SELECT relname::text AS name FROM pg_class
        WHERE relnamespace = 'paddock'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1
        """)
      var digests: [String] = []
      for table in tables {
        let name = try table.text("name")
        let rows = try await teams.fixture.pool.query(
          """
          SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest FROM paddock.\(name) t
          WHERE t::text LIKE '%\(teams.beta)%' OR t::text LIKE '%\(teams.theirs.id)%'
          """)
        digests.append("\(name) \(try rows.first?.text("digest") ?? "")")
      }
      return digests
    }
  }
}
