import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// One after the other: each has people enough to fill a server.
@Suite(.serialized) enum DoorTests {}

/// A database with teams alpha, beta and gamma, a row of each in every table, and people of alpha's and one of gamma's.
struct TwoTeams {
  enum Person: String, CaseIterable {
    case viewer, approver, `operator`, granted, administrator
    /// An administrator of gamma: one team's rights are none in another.
    case stranger
    case nobody

    var groups: [String] {
      switch self {
      case .viewer, .granted, .administrator, .stranger: ["paddock_viewer"]
      case .approver: ["paddock_approver"]
      case .operator: ["paddock_operator"]
      case .nobody: []
      }
    }

    var grant: String? {
      switch self {
      case .granted: "operator"
      case .administrator, .stranger: "admin"
      default: nil
      }
    }

    var isOperator: Bool { [.operator, .granted, .administrator].contains(self) }
  }

  let fixture: HistoryFixture
  let alpha: ResourceName
  let beta: ResourceName
  let mine: Session
  let theirs: Session
  let people: [Person: PostgresPool]

  static func with(_ body: (TwoTeams) async throws -> Void) async throws {
    try await HistoryFixture.with { fixture in
      let teams = try await TwoTeams(fixture)
      do {
        try await body(teams)
        for pool in teams.people.values { await pool.close() }
      } catch {
        for pool in teams.people.values { await pool.close() }
        throw error
      }
    }
  }

  private init(_ fixture: HistoryFixture) async throws {
    self.fixture = fixture
    alpha = fixture.team
    beta = try ResourceName("beta-\(fixture.suffix)")
    let gamma = try ResourceName("gamma-\(fixture.suffix)")
    for team in [beta, gamma] { try await fixture.addTeam(team) }
    mine = try await Self.fill(fixture, alpha)
    theirs = try await Self.fill(fixture, beta)
    var people: [Person: PostgresPool] = [:]
    for person in Person.allCases {
      let login = "\(person.rawValue)_\(fixture.suffix)"
      let team = person == .stranger ? gamma : alpha
      try await fixture.pool.script("CREATE ROLE \(login) LOGIN")
      if person != .nobody {
        let roles = (person.groups + [fixture.role(of: team)]).joined(separator: ", ")
        try await fixture.pool.script("GRANT \(roles) TO \(login)")
      }
      if let level = person.grant {
        try await fixture.pool.script(
          """
          INSERT INTO paddock.team_grant (team_id, grantee, level, granted_by)
          SELECT id, '\(login)', '\(level)', 'root' FROM paddock.team WHERE name = '\(team)'
          """)
      }
      people[person] = PostgresPool(PostgresConfiguration(url: fixture.url + "&user=\(login)"), size: 1)
    }
    self.people = people
  }

  func store(_ person: Person) throws -> PostgresSessionStore {
    PostgresSessionStore(try #require(people[person]))
  }

  /// A row in every table that has any of a team's.
  static func fill(_ fixture: HistoryFixture, _ team: ResourceName) async throws -> Session {
    let store = fixture.store
    let session = try await fixture.startSession("task of \(team)", of: team)
    var spent = EventDraft(.result, "done by \(team)")
    spent.cost = USD(micros: 5)
    try await fixture.record(
      [EventDraft(.assistant, "needle"), spent, EventDraft(.approvalRequest, "rm", callID: "call")], to: session)
    try await fixture.indexAll()
    let sealed = SealedSecret(ciphertext: [1], wrappedKey: [2], masterKeyID: "k")
    try await store.storeSecret(sealed, name: "TOKEN", of: team, actor: "root")
    try await fixture.linkAll()
    try await store.bindSecret("TOKEN", of: team, to: fixture.agent, actor: "root")
    for sql in [
      """
      INSERT INTO paddock.sandbox_report (session_id, team, report, written_at) VALUES ($1, $2, '{}', now())
      ON CONFLICT DO NOTHING
      """,
      "INSERT INTO paddock.usage VALUES ($2, date_bin('15 minutes', now(), 'epoch'), 1, 1) ON CONFLICT DO NOTHING",
      "INSERT INTO paddock.team_report (team, report, written_at) VALUES ($2, json_build_object('at', $1::uuid), now())",
      """
      INSERT INTO paddock.imported_record
      SELECT $1, gen_random_uuid(), id FROM paddock.team WHERE name = $2
      """,
      """
      INSERT INTO paddock.team_grant (team_id, grantee, level, granted_by)
      SELECT id, 'somebody', 'viewer', $1::uuid::text FROM paddock.team WHERE name = $2
      """,
      """
      INSERT INTO paddock.retention (team_id, changed_by) SELECT id, $1::uuid::text FROM paddock.team WHERE name = $2
      """,
      """
      INSERT INTO paddock.legal_hold (team_id, session_id, reason, held_by, released_by, released_at)
      SELECT id, $1, 'lawsuit', 'somebody', 'somebody', now() FROM paddock.team WHERE name = $2
      """,
      "INSERT INTO paddock.search_debt SELECT $1, id, 1 FROM paddock.team WHERE name = $2",
      """
      INSERT INTO paddock.disk_use (session_id, team_id, folder, history, is_partial)
      SELECT $1, id, 1, 1, false FROM paddock.team WHERE name = $2
      """,
      """
      INSERT INTO paddock.ended_connection (login, process, application, reason, teams, reported_at)
      VALUES ($1::uuid::text, 1, '', 'x', ARRAY[$2], now())
      """,
      "INSERT INTO paddock.set_aside (relation, content, reason) VALUES ('paddock.agent', $1::uuid::text, $2)",
    ] {
      try await store.execute(sql, [.uuid(session.id), .text(team)])
    }
    return session
  }
}

/// What a statement came to: an SQLSTATE, or what its rows have in the column `said`.
enum Outcome: Equatable {
  case refused(String)
  case said(String)
}

extension PostgresPool {
  /// In a transaction that is rolled back.
  func attempt(_ sql: String) async -> Outcome {
    do {
      return try await withConnection { connection in
        try await connection.script("BEGIN")
        do {
          let rows = try await connection.query(sql)
          try await connection.script("ROLLBACK")
          return .said(rows.map { (try? $0.text("said")) ?? "a row" }.joined(separator: "\n"))
        } catch {
          try await connection.script("ROLLBACK")
          throw error
        }
      }
    } catch {
      return .refused((error as? PostgresError)?.sqlstate ?? "\(error)")
    }
  }
}
