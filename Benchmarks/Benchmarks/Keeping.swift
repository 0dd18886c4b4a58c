import ControlCore
import ControlModel
import Logging
import PostgresClient
import SessionHistory

/// What events cost on disk, and what it takes to be rid of a month of them.
enum Keeping {
  static let shortEvents = 200_000

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    let database = try await workbench.database("keeping")
    let findings = try await shortEventCosts(database) + monthIsDropped(database)
    await database.close()
    return findings
  }

  /// Lines of two bytes, as one agent can print a million of: by table, without and with what makes them findable.
  private static func shortEventCosts(_ database: BenchmarkDatabase) async throws -> [Finding] {
    let session = try await database.makeSessions(1)[0]
    let recorder = Recorder(store: database.store, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    var projection = SessionProjection()
    for start in stride(from: 1, through: Int64(shortEvents), by: Recording.batch) {
      let events = (start..<start + Int64(Recording.batch)).map { seq in
        Event(seq: seq, time: .now(), content: EventDraft(.output, "ok", raw: Array(#""ok""#.utf8)))
      }
      for event in events { projection.apply(event) }
      try await recorder.record(RecordedBatch(session: session, events: events, projection: projection))
    }
    while try await database.store.indexEvents(limit: 5_000) > 0 {}
    let rows = try await database.pool.query(
      """
      SELECT CASE WHEN c.relname ~ '^event_[0-9]' THEN 'event' ELSE c.relname END AS name,
        sum(pg_table_size(c.oid))::bigint AS rows, sum(pg_indexes_size(c.oid))::bigint AS indexes
      FROM pg_class c WHERE c.relnamespace = 'paddock'::regnamespace AND c.relkind = 'r' GROUP BY 1
      """)
    var (kept, findable) = (Int64(0), Int64(0))
    var parts: [String] = []
    for row in rows {
      let (name, table, indexes) = (try row.text("name"), try row.int("rows"), try row.int("indexes"))
      if name == "event_search" { findable += table + indexes } else { kept += table + indexes }
      if table + indexes > Int64(shortEvents) { parts.append("\(name) \(each(table)) + \(each(indexes))") }
    }
    return [
      Finding(
        "Postgres' bytes of an event of two bytes, of \(shortEvents)", "\(each(kept)) B",
        peer: parts.sorted().joined(separator: ", "), goal: "≤ 300 B"),
      Finding("the same, its entries of search", "\(each(findable)) B"),
    ]
  }

  private static func each(_ bytes: Int64) -> Int64 { bytes / Int64(shortEvents) }

  private static func monthIsDropped(_ database: BenchmarkDatabase) async throws -> [Finding] {
    let count = Program.number("PADDOCK_BENCH_KEPT_EVENTS", default: 10_000_000)
    let sessions = try await database.makeOldSessions(1_000, events: count / 1_000)
    note("\(count) events of \(sessions) sessions are there")
    let (deleted, deletion) = try await time { try await database.deleteRows(of: 10) }
    try await database.store.setRetention(
      Retention(team: try ResourceName("bench"), eventDays: 90), actor: "bench", reason: nil)
    let (first, drop) = try await time { try await database.store.retain(limit: 5_000) }
    guard first?.contains("that began in") == true else {
      throw BenchmarkFailure("no month was dropped: \(first ?? "–")")
    }
    let whole = deletion * (Double(count) / Double(max(1, deleted)))
    return [
      Finding(
        "drop a month of \(count) events", Figure.duration(drop),
        peer: "DELETE: \(Figure.rate(deleted, in: deletion)), so \(Figure.duration(whole))", goal: "≤ 1 s")
    ]
  }
}

extension BenchmarkDatabase {
  /// Of the team `bench`, all begun in one month that is long past, with events of 100 bytes.
  fileprivate func makeOldSessions(_ count: Int, events: Int) async throws -> Int {
    try await pool.script(
      """
      SELECT paddock.make_event_partition('2024-02-01');
      INSERT INTO paddock.session (id, team, team_id, agent, runtime, title, desired, generation, state, state_since,
        created_at, last_event_at, events, bucket)
      SELECT gen_random_uuid(), t.name, t.id, 'fixer', 'exec', 'old', 'killed', 1, 'killed', d, d, d, \(events),
        '2024-02-01'
      FROM paddock.team t, generate_series(1, \(count)) i, LATERAL (SELECT timestamptz '2024-02-10' AS d) d
      WHERE t.name = 'bench'
      """)
    try await pool.script(
      """
      INSERT INTO paddock.event (session_id, seq, time, team_id, is_error, kind, text, raw, bucket)
      SELECT s.id, n, s.created_at, s.team_id, false, 'output', repeat('x', 100), '"x"', s.bucket
      FROM paddock.session s, generate_series(1, \(events)) n WHERE s.title = 'old'
      """)
    try await pool.script("CHECKPOINT")
    return count
  }

  /// Some sessions' events one by one, as the peer: what is left is dropped.
  fileprivate func deleteRows(of sessions: Int) async throws -> Int {
    try await pool.execute(
      """
      DELETE FROM paddock.event WHERE bucket = '2024-02-01' AND session_id IN (
        SELECT id FROM paddock.session WHERE title = 'old' LIMIT \(sessions))
      """)
  }
}
