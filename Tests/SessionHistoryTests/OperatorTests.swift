import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// People, as the database lets them be made: on every release, for an owner who is no superuser.
@Suite(.serialized) struct OperatorTests {
  @Test(arguments: ServerRelease.allCases) func anOwnerWithoutASuperusersRightsLooksAfterPeople(
    on release: ServerRelease
  ) async throws {
    try await withOwnedDatabase(on: release) { superuser, owner in
      let keeper = People(owner)
      try await keeper.store.migrate()
      #expect(try await keeper.store.missingOwnerRights() == [])
      let (blue, red) = (try ResourceName("blue"), try ResourceName("red"))
      for team in [blue, red] {
        _ = try await keeper.store.createTeam(team, actor: "k", reason: nil)
        _ = try await keeper.store.applyAgent(
          ResourceName("fixer"), of: team, spec: AgentSpec(runtime: .exec, command: ["true"]), actor: "k")
      }
      try await keeper.add("alice", isAdministrator: false)
      try await keeper.add("bob", isAdministrator: false)
      #expect(try await keeper.grant(.admin, blue, "alice") == .admin)

      let alice = keeper.login("alice")
      #expect(try await alice.store.teams().map(\.name) == [blue])
      #expect(try await alice.grant(.approver, blue, "bob") == .approver)
      let bob = keeper.login("bob")
      #expect(try await bob.store.agents(of: nil).map(\.team) == [blue])
      #expect(try await bob.levels(blue, red) == [2, 0])
      #expect(try await alice.grant(.operator, blue, "bob") == .operator)
      #expect(try await bob.levels(blue, red) == [3, 0])

      await expectFailure(.notFound, "another team") { try await alice.grant(.viewer, red, "bob") }
      await expectFailure(.permissionDenied, "no admin") { try await bob.grant(.viewer, blue, "alice") }
      await expectFailure(.permissionDenied, "no administrator") { try await alice.add("carol", isAdministrator: true) }
      await expectFailure(.permissionDenied) {
        try await alice.store.removeOperator(.init("bob"), actor: "", reason: nil)
      }

      try await alice.store.revoke(blue, from: .init("bob"), actor: "a", reason: nil)
      #expect(try await bob.store.teams().isEmpty)
      #expect(try await keeper.store.removeOperator(.init("bob"), actor: "k", reason: "left") == nil)
      let gone = await #expect(throws: ControlFailure.self) { try await bob.store.teams() }
      #expect(gone?.code == .unavailable)
      #expect(try await keeper.store.query("SELECT FROM pg_roles WHERE rolname = 'bob'").isEmpty)
      let kinds = try await keeper.store.operations(of: nil, team: blue, limit: 9).map(\.kind)
      #expect(kinds.prefix(4) == [.revokeRole, .grantRole, .grantRole, .grantRole])
      if case .broken(_, let problem) = try await keeper.store.verifyAudit(of: blue) { Issue.record("\(problem)") }
      for people in [keeper, alice, bob] { await people.pool.close() }
    }
  }

  @Test(arguments: ServerRelease.allCases) func aRemovedPersonsConnectionsEnd(on release: ServerRelease) async throws {
    try await withOwnedDatabase(on: release) { _, owner in
      let keeper = People(owner)
      try await keeper.add("alice", isAdministrator: true)
      let connection = try await PostgresConnection.connect(PostgresConfiguration(url: keeper.url("alice")))
      _ = try await connection.query("SELECT 1")
      #expect(try await keeper.store.operators().map(\.connections) == [1])
      _ = try await connection.query("SELECT lo_create(0)")
      let remains = try await keeper.store.removeOperator(.init("alice"), actor: "k", reason: nil)
      #expect(remains?.contains("owner of large object") == true, "\(remains ?? "")")
      await #expect(throws: PostgresError.self) { _ = try await connection.query("SELECT 1") }
      await connection.close()
      await #expect(throws: PostgresError.self) {
        _ = try await PostgresConnection.connect(PostgresConfiguration(url: keeper.url("alice")))
      }
      #expect(try await keeper.store.operators().map(\.isClosed) == [true])
      try await keeper.add("alice", isAdministrator: false)
      let people = try await keeper.store.operators()
      #expect(people.map(\.isClosed) == [false] && people.map(\.isAdministrator) == [false])
      await keeper.pool.close()
    }
  }

  @Test(arguments: ServerRelease.allCases) func loginsThatPaddockDidNotMakeAreLeftAlone(
    on release: ServerRelease
  ) async throws {
    try await withOwnedDatabase(on: release) { superuser, owner in
      let keeper = People(owner)
      try await keeper.store.migrate()
      let blue = try ResourceName("blue")
      _ = try await keeper.store.createTeam(blue, actor: "k", reason: nil)
      let root = PostgresPool(PostgresConfiguration(url: superuser))
      try await root.script(
        """
        CREATE ROLE alice LOGIN; CREATE ROLE mighty LOGIN CREATEROLE; CREATE ROLE folk;
        CREATE ROLE byhand LOGIN; GRANT paddock_operator, paddock_team_blue TO byhand
        """)
      await expectFailure(.alreadyExists) { try await keeper.add("alice", isAdministrator: false) }
      for name in ["mighty", "folk"] { await expectFailure(.refused, name) { try await keeper.adopt(name) } }
      await expectFailure(.notFound) { try await keeper.adopt("nobody") }
      try await keeper.adopt("alice")
      #expect(try await keeper.grant(.viewer, blue, "alice") == .viewer)
      let remains = try await keeper.store.removeOperator(.init("alice"), actor: "k", reason: nil)
      #expect(remains?.contains("stays") == true)
      #expect(try await root.query("SELECT FROM pg_roles WHERE rolname = 'alice' AND rolcanlogin").count == 1)
      #expect(try await root.query("SELECT FROM pg_auth_members WHERE member = 'alice'::regrole").isEmpty)

      let byHand = try await keeper.store.operators()
      #expect(byHand.map(\.name) == ["byhand"] && byHand.map(\.isMade) == [false])
      #expect(byHand.first?.roles == [Operator.Role(team: blue, level: .operator, isByGroup: true)])
      try await keeper.adopt("byhand")
      #expect(try await keeper.grant(.viewer, blue, "byhand") == .operator, "the group gives more")
      await root.close()
      await keeper.pool.close()
    }
  }

  @Test(arguments: ServerRelease.allCases) func rolesThatTheOwnerMayNotGrantAreNamedWithTheRemedy(
    on release: ServerRelease
  ) async throws {
    try await withOwnedDatabase(on: release) { superuser, owner in
      let root = PostgresPool(PostgresConfiguration(url: superuser))
      // As after an upgrade from Postgres 15, and where another database of the server has made them.
      try await root.script(
        """
        CREATE ROLE paddock_viewer; CREATE ROLE paddock_approver IN ROLE paddock_viewer;
        CREATE ROLE paddock_operator IN ROLE paddock_approver, paddock_viewer;
        CREATE ROLE paddock_admin IN ROLE paddock_operator; CREATE ROLE paddock_core IN ROLE paddock_viewer
        """)
      let keeper = People(owner)
      try await keeper.store.migrate()
      if release != .debian {
        let failure = await #expect(throws: ControlFailure.self) {
          try await keeper.add("alice", isAdministrator: false)
        }
        #expect(failure?.hint?.contains("GRANT paddock_viewer TO keeper WITH ADMIN OPTION") == true)
        let missing = try await keeper.store.missingOwnerRights().sorted()
        #expect(
          missing == ["admin", "viewer"].map { "GRANT paddock_\($0) TO keeper WITH ADMIN OPTION" }, "\(missing)")
        for statement in missing { try await root.script(statement) }
      }
      try await keeper.add("alice", isAdministrator: true)
      #expect(try await keeper.store.missingOwnerRights() == [])
      await root.close()
      await keeper.pool.close()
    }
  }

  @Test(arguments: ServerRelease.allCases) func aTeamOfAFormerNameBeginsWithoutItsPeople(
    on release: ServerRelease
  ) async throws {
    try await withOwnedDatabase(on: release) { superuser, owner in
      let keeper = People(owner)
      let blue = try ResourceName("blue")
      try await keeper.add("alice", isAdministrator: false)
      _ = try await keeper.store.createTeam(blue, actor: "k", reason: nil)
      _ = try await keeper.grant(.admin, blue, "alice")
      let root = PostgresPool(PostgresConfiguration(url: superuser))
      // The role stays behind, as something depends on it.
      try await root.script("CREATE TABLE tie (); GRANT SELECT ON tie TO paddock_team_blue")
      try await keeper.store.deleteTeam(blue, actor: "k", reason: nil)
      #expect(try await root.query("SELECT FROM pg_roles WHERE rolname = 'paddock_team_blue'").count == 1)
      _ = try await keeper.store.createTeam(blue, actor: "k", reason: nil)
      let alice = keeper.login("alice")
      #expect(try await alice.store.teams().isEmpty)
      #expect(try await alice.levels(blue) == [0])
      for pool in [root, alice.pool, keeper.pool] { await pool.close() }
    }
  }

  @Test(arguments: ServerRelease.allCases) func aLoginThatHadToStayIsGivenOnWithoutItsSettings(
    on release: ServerRelease
  ) async throws {
    try await withOwnedDatabase(on: release) { superuser, owner in
      let keeper = People(owner)
      try await keeper.add("alice", isAdministrator: false)
      let alice = keeper.login("alice")
      let name = try await alice.pool.query("SELECT current_database()::text AS name")[0].text("name")
      try await alice.pool.script(
        "ALTER ROLE alice SET work_mem = '64kB'; ALTER ROLE alice IN DATABASE \"\(name)\" SET work_mem = '64kB'")
      await alice.pool.close()
      let root = PostgresPool(PostgresConfiguration(url: superuser))
      try await root.script("CREATE TABLE tie (); GRANT SELECT ON tie TO alice")
      let remains = try await keeper.store.removeOperator(OperatorName("alice"), actor: "k", reason: nil)
      #expect(remains?.contains("stays") == true)
      let settings = "SELECT FROM pg_db_role_setting WHERE setrole = 'alice'::regrole"
      #expect(try await root.query(settings).count == 2)
      try await keeper.add("alice", isAdministrator: false)
      #expect(try await root.query(settings).isEmpty)
      for pool in [root, keeper.pool] { await pool.close() }
    }
  }

  @Test func aPasswordIsSetWithoutTheDatabaseHearingIt() async throws {
    try await withOwnedDatabase(on: .debian) { superuser, owner in
      let keeper = People(owner)
      let password = SecretValue(Array("correct horse".utf8))
      try await keeper.store.migrate()
      try await keeper.store.addOperator(
        NewOperator(name: .init("alice"), password: password), actor: "k", reason: nil)
      let root = PostgresPool(PostgresConfiguration(url: superuser))
      let kept = try await root.query("SELECT rolpassword AS kept FROM pg_authid WHERE rolname = 'alice'")
      #expect(try kept.first?.text("kept").hasPrefix("SCRAM-SHA-256$") == true)
      let alice = keeper.login("alice")
      try await alice.store.setPassword(SecretValue(Array("battery staple".utf8)), of: nil, actor: "a")
      let changed = try await root.query("SELECT rolpassword AS kept FROM pg_authid WHERE rolname = 'alice'")
      #expect(try changed.first?.text("kept") != kept.first?.text("kept"))
      await expectFailure(.permissionDenied) {
        try await alice.store.setPassword(password, of: .init("keeper"), actor: "a")
      }
      for pool in [root, alice.pool, keeper.pool] { await pool.close() }
    }
  }
}

/// The store as one login sees it.
private struct People {
  let base: String
  let pool: PostgresPool
  let store: PostgresSessionStore

  init(_ url: String) {
    base = url
    pool = PostgresPool(PostgresConfiguration(url: url), size: 2)
    store = PostgresSessionStore(pool)
  }

  func url(_ login: String) -> String { base.replacing("&user=keeper", with: "&user=\(login)") }
  func login(_ name: String) -> People { People(url(name)) }

  func add(_ name: String, isAdministrator: Bool) async throws {
    try await store.migrate()
    try await store.addOperator(
      NewOperator(name: .init(name), isAdministrator: isAdministrator), actor: "k", reason: nil)
  }

  func adopt(_ name: String) async throws {
    try await store.addOperator(NewOperator(name: .init(name), adopts: true), actor: "k", reason: nil)
  }

  func grant(_ level: OperatorLevel, _ team: ResourceName, _ name: String) async throws -> OperatorLevel {
    try await store.grant(level, in: team, to: .init(name), actor: "k", reason: nil)
  }

  func levels(_ teams: ResourceName...) async throws -> [Int64] {
    var levels: [Int64] = []
    for team in teams {
      levels += try await store.query("SELECT paddock.caller_level($1)::bigint AS level", [.text(team)]) {
        try $0.int("level")
      }
    }
    return levels
  }
}
