import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

extension DoorTests {
  /// Every function that people may execute, asked past all programs: what is wrong with an argument is said in a sentence
  /// of Paddock's, never by a constraint, a type or a limit of the server.
  @Suite struct FunctionArgumentTests {
    private struct Argument {
      var name: String
      var type: String
    }

    private struct Function {
      var name: String
      var arguments: [Argument]

      func call(_ values: [String]) -> String {
        let given = zip(arguments, values).map { "\($0.name) => \($1)" }.joined(separator: ", ")
        return "SELECT to_jsonb(x)::text AS said FROM paddock.\(name)(\(given)) x"
      }
    }

    /// What is right for each argument, by its name: so that only the odd one can be what is wrong.
    private static let right: [String: String] = [
      "of_team": "TEAM", "claimed_team": "TEAM", "team_name": "TEAM", "of_session": "SESSION", "new_session": "NEWID",
      "new_id": "NEWID", "new_operation": "NEWID", "operation_id": "NEWID", "new_kind": "'session.message'",
      "seen_generation": "1", "new_argument": "'hello'", "message": "'hello'", "claimed_actor": "'ann'",
      "actor": "'ann'",
      "new_reason": "'why'", "reason": "'why'", "why": "'why'", "refusal": "NULL", "of_agent": "'fixer'",
      "agent_name": "'fixer'", "new_title": "'title'", "source": "'x'", "agent_runtime": "'exec'",
      "agent_spec": #"'{"runtime":"exec"}'"#, "secret_name": "'TOKEN'", "new_ciphertext": #"'\x00'"#,
      "new_wrapped_key": #"'\x00'"#, "new_key_id": "'k'", "login": "LOGIN", "role_in_team": "'viewer'",
      "hold_id": "HOLD", "days": "90", "operation_days": "90", "edge": "0", "is_forward": "true", "row_limit": "10",
      "calls": "ARRAY['call']", "matching": "'user'", "from_seq": "0", "forward": "true", "wanted": "'needle'",
      "pattern": "'%needle%'", "expression": "'needle'", "query_text": "'needle'", "marks": "ARRAY['needle']",
      "before_time": "now()", "before_session": "SESSION", "before_seq": "9", "role_name": "'paddock_viewer'",
      "verifier": "NULL", "way": "'server'", "unix_user": "NULL", "is_administrator": "false", "adopts": "false",
      "bounds": "'{}'", "of_relation": "'agent'", "row_key": "'TEAMNAME/fixer'", "id": "'k'",
      "of_team integer": "1",
    ]

    private static let odd: [String: [String]] = [
      "text": [
        "''", "'['", "'('", #"'\'"#, #"'%\'"#, "'*'", "'a b'", "'A'", "'no-team'", "'public'", "'none'",
        "'postgres'", "repeat('(', 3000)", "repeat('x ', 30000)", "repeat('x', 3000000)", "'🐎'", "E'\\n\\x01'", "'-1'",
        "'(a{0,255}){0,255}'", "'\"'", "'!'",
      ],
      "name": ["''", "'nobody-at-all'", "'postgres'"],
      "integer": ["-1", "0", "1", "29", "36501", "-2147483648", "2147483647"],
      "bigint": ["-1", "0", "-9223372036854775808", "9223372036854775807"],
      "boolean": ["true", "false"],
      "uuid": ["'00000000-0000-0000-0000-000000000000'", "gen_random_uuid()", "OPERATION"],
      "text[]": ["'{}'", "'{NULL}'", "'{{a,b},{c,d}}'", "array_fill('x'::text, ARRAY[20000])"],
      "bytea": ["''", "convert_to(repeat('x', 2000000), 'UTF8')"],
      "json": [
        "'[]'", "'null'", "'1'", #"'"x"'"#, #"'{"runtime":"bogus"}'"#, "'{}'", #"'{"a":"\u0000"}'"#,
        #"('{"a":"' || repeat('x', 2000000) || '"}')::json"#,
        #"('{"a":' || repeat('[', 1000) || repeat(']', 1000) || '}')::json"#,
      ],
      "timestamp with time zone": [
        "'-infinity'", "'infinity'", "'4714-11-24 BC'", "'294276-12-31'", "'1969-12-31'", "'2200-01-02'",
      ],
    ]

    @Test(.timeLimit(.minutes(10))) func whatIsWrongWithAnArgumentIsSaidInASentence() async throws {
      try await TwoTeams.with { teams in
        let fixture = teams.fixture
        let login = "zed-\(fixture.suffix)"
        try await fixture.store.addOperator(
          NewOperator(name: try OperatorName(login), way: .server), actor: "root", reason: nil)
        let hold = try await fixture.store.hold(nil, of: teams.alpha, actor: "root", reason: "lawsuit")
        let start = try #require(
          try await fixture.store.operations(of: teams.mine.id, team: nil, limit: 1).first)
        let words = [
          "TEAMNAME": teams.alpha.text, "TEAM": "'\(teams.alpha)'", "SESSION": "'\(teams.mine.id)'::uuid",
          "NEWID": "gen_random_uuid()", "LOGIN": "'\(login)'", "HOLD": "\(hold)", "OPERATION": "'\(start.id)'::uuid",
        ]
        let functions = try await functions(fixture)
        #expect(functions.count > 35)
        try await fixture.withLogin("root", roles: ["paddock_admin"]) { _, administrator in
          for function in functions {
            let right = try function.arguments.map { argument in
              try #require(Self.right(argument), "\(function.name): \(argument.name)")
            }
            for (place, argument) in function.arguments.enumerated() {
              let odd = try #require(Self.odd[argument.type], "\(function.name): \(argument.type)")
              for value in ["NULL"] + odd {
                var values = right
                values[place] = "(\(value))::\(argument.type)"
                let call = Self.filled(function.call(values), words)
                for (person, pool) in [
                  ("an administrator", administrator), ("an admin", teams.people[.administrator]),
                  ("a viewer", teams.people[.viewer]),
                ] {
                  let outcome = try await #require(pool).attempt(call)
                  #expect(outcome.isASentence, "\(person): \(call.prefix(300)): \("\(outcome)".prefix(200))")
                }
              }
            }
          }
        }
      }
    }

    /// The values that stand for right ones are: else no odd one would be looked at.
    @Test func whatIsRightIsTaken() async throws {
      try await TwoTeams.with { teams in
        let fixture = teams.fixture
        let login = "zed-\(fixture.suffix)"
        try await fixture.store.addOperator(
          NewOperator(name: try OperatorName(login), way: .server), actor: "root", reason: nil)
        _ = try await fixture.store.grant(
          .viewer, in: teams.alpha, to: try OperatorName(login), actor: "root", reason: nil)
        let hold = try await fixture.store.hold(teams.theirs.id, of: teams.beta, actor: "root", reason: "lawsuit")
        let words = [
          "TEAMNAME": teams.alpha.text, "TEAM": "'\(teams.alpha)'", "SESSION": "'\(teams.mine.id)'::uuid",
          "NEWID": "gen_random_uuid()", "LOGIN": "'\(login)'", "HOLD": "\(hold)",
        ]
        var refused: Set<String> = []
        try await fixture.withLogin("root", roles: ["paddock_admin"]) { _, administrator in
          for function in try await functions(fixture) {
            let values = function.arguments.compactMap { argument in
              Self.right(argument).map { "\($0)::\(argument.type)" }
            }
            let outcome = await administrator.attempt(Self.filled(function.call(values), words))
            if case .refused = outcome { refused.insert(function.name) }
          }
        }
        // Who is no core imports nothing; there are such an operator, such a team, and sessions of it.
        #expect(refused == ["add_operator", "begin_import", "create_team", "delete_team"])
      }
    }

    private static func right(_ argument: Argument) -> String? {
      right["\(argument.name) \(argument.type)"] ?? right[argument.name]
    }

    private static func filled(_ call: String, _ words: [String: String]) -> String {
      words.sorted { $0.key.count > $1.key.count }.reduce(call) { $0.replacing($1.key, with: $1.value) }
    }

    private func functions(_ fixture: HistoryFixture) async throws -> [Function] {
      let rows = try await fixture.pool.query(
        """
        SELECT p.proname::text AS name, coalesce((SELECT string_agg(a.name || ' ' || format_type(a.type, NULL), ',' ORDER BY a.place)
          FROM unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) WITH ORDINALITY a (name, type, place)
          WHERE a.type IS NOT NULL), '') AS arguments
        FROM pg_proc p WHERE p.pronamespace = 'paddock'::regnamespace
          AND (has_function_privilege('paddock_viewer', p.oid, 'EXECUTE')
            OR has_function_privilege('paddock_admin', p.oid, 'EXECUTE'))
        ORDER BY 1
        """)
      return try rows.map { row in
        let arguments = try row.text("arguments").split(separator: ",").map { text in
          let words = text.split(separator: " ", maxSplits: 1).map(String.init)
          return Argument(name: words[0], type: words[1])
        }
        return Function(name: try row.text("name"), arguments: arguments)
      }
    }
  }
}

extension Outcome {
  /// An answer, or a refusal in Paddock's own words, for want of rights, or for want of time.
  fileprivate var isASentence: Bool {
    guard case .refused(let code) = self else { return true }
    return code.hasPrefix("PD") || ["42501", "57014"].contains(code)
  }
}
