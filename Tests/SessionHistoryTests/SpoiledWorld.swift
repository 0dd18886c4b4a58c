import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// A team whose rows are spoiled, and one that must not notice.
final class SpoiledWorld {
  private let fixture: HistoryFixture
  private let other: ResourceName
  private let victims: [Session]
  private let good: Session
  private let foreign = SessionID.make(at: .now())
  private var seq: Int64 = 0
  private(set) var written = 0

  init(_ fixture: HistoryFixture) async throws {
    self.fixture = fixture
    let store = fixture.store
    other = try ResourceName("red-\(fixture.suffix)")
    try await fixture.addTeam(other)
    victims = [try await fixture.startSession("victim"), try await fixture.startSession("second")]
    good = try await fixture.startSession("good", of: other)
    let sealed = SealedSecret(
      ciphertext: .init(repeating: 1, count: 40), wrappedKey: .init(repeating: 1, count: 40), masterKeyID: "k")
    for team in [fixture.team, other] {
      try await store.storeSecret(sealed, name: "TOKEN", of: team, actor: "root")
      try await store.bindSecret("TOKEN", of: team, to: fixture.agent, actor: "root")
      try await store.writeReport(TeamReport(context: "c", server: "s", namespace: "n"), of: team)
    }
    try await store.mirror([Self.mirror(foreign, team: other), Self.mirror(.make(at: .now()), team: fixture.team)])
    let report = SandboxReport(engine: "local", sandbox: "s", generation: 1)
    try await store.writeReports([victims[0].id: report, good.id: report])
    try await store.writeStatus(EngineStatus(engine: "local", since: .now()), ofCore: "here/1")
    try await store.claimEngine(EngineIdentity(name: "local"))
    try await fixture.record(
      ["one", "two", "three"].map { EventDraft(.assistant, $0, cost: USD(micros: 1)) }, to: victims[0])
    try await record()
    try await fixture.indexAll()
    try await fixture.dropRules()
    try await dropNotNull()
  }

  private static func mirror(_ id: SessionID, team: ResourceName?) -> ForeignMirror {
    let mark = ForeignMark(namespace: "somewhere", name: "theirs", resourceVersion: "1", volumes: ["work"])
    return ForeignMirror(
      sandbox: ForeignSandbox(
        id: id, team: team, mark: mark, operatingMode: .running, conditions: [], createdAt: .now()),
      state: .working, reason: "")
  }

  /// Readers are tried with NULL, too, wherever it is no part of a key.
  private func dropNotNull() async throws {
    try await fixture.pool.script(
      """
      DO $$ DECLARE c record; BEGIN
        FOR c IN SELECT a.attrelid::regclass AS t, a.attname AS n FROM pg_attribute a
          JOIN pg_class r ON r.oid = a.attrelid
          WHERE r.relnamespace = 'paddock'::regnamespace AND r.relkind IN ('r', 'p') AND NOT r.relispartition
            AND a.attnum > 0 AND a.attnotnull
            AND a.attidentity = '' AND NOT EXISTS (SELECT FROM pg_index i
              WHERE i.indrelid = r.oid AND i.indisprimary AND a.attnum = ANY (i.indkey))
        LOOP EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', c.t, c.n); END LOOP;
      END $$
      """)
  }

  /// All there are, but of the record of migrations: that is what keeps another schema's program out.
  func columns() async throws -> [SpoiledColumn] {
    try await fixture.store.query(
      """
      SELECT r.relname::text AS table, a.attname::text AS name, format_type(a.atttypid, NULL) AS type
      FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
      WHERE r.relnamespace = 'paddock'::regnamespace AND r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        AND r.relname <> 'schema_migration' ORDER BY 1, a.attnum
      """, []
    ) { SpoiledColumn(table: try $0.text("table"), name: try $0.text("name"), type: try $0.text("type")) }
  }

  /// Spoils one row of the victims'. Where it is now; `nil` when the table has none, or the server refuses the value.
  func write(_ value: String, into column: SpoiledColumn) async throws -> String? {
    guard let place = try await victim(of: column.table) else { return nil }
    do {
      try await fixture.pool.script(
        "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM paddock.\(column.table) WHERE \(place)")
      let moved = try await fixture.pool.transaction { connection in
        try await connection.script("SET LOCAL session_replication_role = replica; SET LOCAL statement_timeout = '60s'")
        return try await connection.query(
          "UPDATE paddock.\(column.table) SET \"\(column.name)\" = \(value) WHERE \(place) RETURNING ctid::text AS at"
        ).first?.text("at")
      }
      guard let moved else { throw PostgresError.misuse("nothing was updated") }
      written += 1
      return "ctid = '\(moved)'"
    } catch let error as PostgresError {
      guard case .server = error else { throw error }
      return nil
    }
  }

  func restore(_ column: SpoiledColumn, _ place: String) async throws {
    let set = "SET \"\(column.name)\" = (SELECT \"\(column.name)\" FROM kept)"
    do {
      try await fixture.pool.transaction { connection in
        try await connection.script("SET LOCAL session_replication_role = replica")
        try await connection.execute("UPDATE paddock.\(column.table) \(set) WHERE \(place)")
      }
    } catch let error as PostgresError where error.sqlstate == "23505" {
      // What was missed under its key was written anew.
      try await fixture.pastTriggers("DELETE FROM paddock.\(column.table) WHERE \(place)")
    }
  }

  private func victim(of table: String) async throws -> String? {
    let columns = try await fixture.store.query(
      "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0",
      [.text("paddock.\(table)")]
    ) { try $0.text("name") }
    let condition =
      if columns.contains("session_id") {
        "session_id = '\(victims[0].id)'"
      } else if table == "session" {
        "id = '\(victims[0].id)'"
      } else if columns.contains("team_id") {
        "team_id = (SELECT id FROM paddock.team WHERE name = '\(fixture.team)')"
      } else if columns.contains("team") {
        "team = '\(fixture.team)'"
      } else if table == "team" {
        "name = '\(fixture.team)'"
      } else {
        "true"
      }
    let found = try await fixture.store.query(
      "SELECT ctid::text AS at FROM paddock.\(table) WHERE \(condition) ORDER BY ctid LIMIT 1", []
    ) { try $0.text("at") }
    return found.first.map { "ctid = '\($0)'" }
  }

  private func record() async throws {
    seq += 1
    var projection = SessionProjection()
    for number in 1...seq {
      projection.apply(
        Event(seq: number, time: .now(), content: EventDraft(.assistant, "needle \(number)", cost: USD(micros: 1))))
    }
    let event = Event(seq: seq, time: .now(), content: EventDraft(.assistant, "needle \(seq)", cost: USD(micros: 1)))
    try await fixture.store.record([RecordedBatch(session: good.id, events: [event], projection: projection)])
  }

  /// Every call of every port, and the other team in each answer; of the spoiled row that it is there or named.
  func check(_ comment: String, _ column: SpoiledColumn) async {
    do { try await look(Comment(rawValue: comment), column) } catch { Issue.record("\(comment): \(error)") }
  }

  private func look(_ text: Comment, _ column: SpoiledColumn) async throws {
    let store = fixture.store
    let sessions = try await store.sessions(of: nil)
    #expect(sessions.contains { $0.id == good.id && $0.unreadable == nil && $0.title == "good" }, text)
    #expect(sessions.contains { $0.id == victims[1].id }, text)
    #expect(try await store.sessions(of: other).contains { $0.id == good.id }, text)
    #expect(try await store.sessions([good.id, victims[0].id, victims[1].id]).contains { $0.id == good.id }, text)
    #expect(try await store.session(good.id).title == "good", text)
    let managed = try await store.managedSessions()
    #expect(managed.contains { $0.session.id == good.id && $0.projection.lastSeq == seq }, text)
    #expect(try await store.managedSession(good.id)?.agent.revision == 1, text)
    #expect(try await store.pendingOperations().contains { $0.session == good.id }, text)
    #expect(try await store.operations(of: good.id, team: nil, limit: 9).count == 1, text)
    #expect(try await store.operations(of: nil, team: other, limit: 999).contains { $0.session == good.id }, text)
    #expect(try await store.foreignSessions(and: []).contains { $0.session.id == foreign }, text)
    #expect(try await store.foreignSession(foreign) != nil, text)
    #expect(try await store.events(of: good.id, .last, limit: 1).first?.seq == seq, text)
    #expect(try await store.pendingApprovals(of: good.id).isEmpty, text)
    #expect(
      try await store.nextEvent(of: good.id, from: 0, direction: .forward, matching: .text("needle 1")) == 1, text)
    try await lookFurther(text)
    try await lookAtAudit(text, column)
    try await checkSpoiled(text, column, sessions)
    try await record()
    try await fixture.indexAll()
  }

  private func lookFurther(_ text: Comment) async throws {
    let store = fixture.store
    #expect(try await store.search(SearchQuery(text: "needle")).contains { $0.session == good.id }, text)
    #expect(try await store.search(SearchQuery(text: "needle", team: other)).contains { $0.session == good.id }, text)
    #expect(try await store.search(SearchQuery(text: "needle", session: good.id)).count == min(50, Int(seq)), text)
    #expect(try await store.teams().contains { $0.name == other }, text)
    #expect(try await store.agents(of: nil).contains { $0.team == other }, text)
    #expect(try await store.agent(fixture.agent, of: other).revision == 1, text)
    #expect(try await store.secrets(of: nil).contains { $0.team == other && $0.bindings == [fixture.agent] }, text)
    #expect(try await store.sealedSecret("TOKEN", of: other).masterKeyID == "k", text)
    #expect(try await store.sandboxReport(of: good.id) != nil, text)
    #expect(try await store.teamReport(of: other) != nil, text)
    _ = try await store.usage(since: Timestamp(microseconds: 0))
    _ = try await store.engineStatus()
    _ = try await store.leaseHolder()
    _ = try await store.setAsideRows(limit: 9)
    _ = try await store.setAsideCounts()
    _ = try await store.unreadableRows()
  }

  /// The other team's chain goes on, whatever became of this one's.
  private func lookAtAudit(_ text: Comment, _ column: SpoiledColumn) async throws {
    if column.table.hasPrefix("audit") {
      try await fixture.store.execute("SELECT paddock.record_change('secret.set', $1, 'X')", [.text(other)])
    }
    try await fixture.linkAll()
    guard case .intact(_, _, 0) = try await fixture.store.verifyAudit(of: other) else {
      Issue.record("\(text): the other team's audit is \(try await fixture.store.verifyAudit(of: other))")
      return
    }
  }

  /// What is spoiled is read all the same, or it is named.
  private func checkSpoiled(_ text: Comment, _ column: SpoiledColumn, _ sessions: [Session]) async throws {
    let store = fixture.store
    // What these say is that the row is not to be listed.
    if ["deleted_at", "purged_at", "gone_at"].contains(column.name) { return }
    switch column.table {
    case "session":
      // Two victims, the good one, two that are foreign.
      #expect(sessions.count == 5, text)
    case "agent":
      let (agents, unreadable) = try await noting { try await store.agents(of: nil) }
      #expect(agents.count + unreadable.count == 2, text)
    case "secret":
      let (secrets, unreadable) = try await noting { try await store.secrets(of: nil) }
      #expect(secrets.count + unreadable.count { $0.relation == "secret" } == 2, text)
    case "team":
      let (teams, unreadable) = try await noting { try await store.teams() }
      #expect(teams.count + unreadable.count == 2, text)
    case "operation":
      let (operations, unreadable) = try await noting {
        try await store.operations(of: nil, team: nil, limit: 999)
      }
      let total = try await store.query("SELECT count(*) AS n FROM paddock.operation", []) { try $0.int("n") }.first
      #expect(operations.count + unreadable.count == Int(total ?? -1), text)
    case let table where table.hasPrefix("event_") && table != "event_search":
      if ["session_id", "seq", "bucket"].contains(column.name) { return }
      #expect(try await store.events(of: victims[0].id, .after(.min), limit: 9).count == 3, text)
    default: break
    }
  }
}
