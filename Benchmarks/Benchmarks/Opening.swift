import ControlModel
import PostgresClient
import SessionHistory

/// A session of a million events: opened at its end, at a place in its middle, and what the console keeps of it.
enum Opening {
  static let events = 1_000_000
  static let needle = "needle-in-the-middle"

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    let database = try await workbench.database("opening")
    let ids = try await database.makeSessions(3)
    try await fill(ids[1], database)
    _ = try await database.store.acquireLease(holder: "bench")
    var findings = try await reading(ids[1], database)
    findings += try await console(database, workbench)
    await database.store.releaseLease()
    await database.close()
    return findings
  }

  /// Written by the server: how long it takes is no part of this.
  private static func fill(_ id: SessionID, _ database: BenchmarkDatabase) async throws {
    try await database.pool.execute(
      """
      INSERT INTO paddock.event (session_id, seq, time, team_id, is_error, kind, text, name, call_id, raw)
      SELECT s.id, i, s.created_at + i * interval '1 millisecond', s.team_id, false,
        CASE WHEN i % 20 = 1 THEN 'user' WHEN i % 2 = 0 THEN 'tool.call' ELSE 'tool.result' END,
        CASE i WHEN $3 THEN 'the-very-end' WHEN $3 / 2 THEN $2 ELSE 'step ' || i || repeat(' of the work', 8) END,
        'Bash', 'call' || (i - i % 2), repeat('{"record": "of the runtime"}', 18)
      FROM paddock.session s, generate_series(1, $3) i WHERE s.id = $1
      """, [.uuid(id.text), .text(needle), .int8(Int64(events))])
    try await database.pool.execute(
      """
      UPDATE paddock.session SET events = $2, projection = json_build_object('lastSeq', $2) WHERE id = $1
      """, [.uuid(id.text), .int8(Int64(events))])
    // As the core does behind the recorder.
    while try await database.store.indexEvents(limit: 5_000) == 5_000 {}
    try await database.pool.script("VACUUM ANALYZE paddock.event, paddock.event_search")
    try await database.pool.script("CHECKPOINT")
  }

  private static func reading(_ id: SessionID, _ database: BenchmarkDatabase) async throws -> [Finding] {
    let (middle, found) = try await time {
      try await database.store.nextEvent(of: id, from: Int64(events), direction: .backward, matching: .text(needle))
    }
    guard let middle else { throw BenchmarkFailure("the needle was not found") }
    var (ends, places) = ([Duration](), [Duration]())
    for offset in 0..<50 {
      ends.append(try await time { try await database.store.events(of: id, .last, limit: 200) }.1)
      let window = EventWindow.before(middle + Int64(offset * 1_000))
      places.append(try await time { try await database.store.events(of: id, window, limit: 200) }.1)
    }
    return [
      Finding(
        "200 events at the end of \(events), read from the store, p95", Figure.duration(ends.percentile(0.95)),
        peer: "anywhere in it: \(Figure.duration(places.percentile(0.95)))"),
      Finding("text search in it, back over 500000 events, from the store", Figure.duration(found)),
    ]
  }

  private static func console(_ database: BenchmarkDatabase, _ workbench: Workbench) async throws -> [Finding] {
    let environment = database.environment(workbench)
    return try await blocking {
      let console = try ConsoleProcess(environment: environment)
      defer { console.quit() }
      try console.read(until: "task-00000")
      console.readUntilQuiet(milliseconds: 500)
      let before = console.child.residentKilobytes
      let end = try measured(console, keys: "j\r", until: "the-very-end")
      console.readUntilQuiet(milliseconds: 200)
      // To the transcript, to its first event, and then to the hit.
      let first = try measured(console, keys: "3\u{1B}[H", until: "step 1 of")
      console.readUntilQuiet(milliseconds: 200)
      let hit = try measured(console, keys: "/\(needle)\r", until: String(needle.dropFirst(6)))
      console.readUntilQuiet(milliseconds: 500)
      let after = console.child.residentKilobytes
      return [
        Finding("open it at its end: key to screen", Figure.duration(end), goal: "≤ 100 ms"),
        Finding("go to its first event: key to screen", Figure.duration(first), goal: "≤ 100 ms"),
        Finding("type a search and go to its hit in the middle", Figure.duration(hit)),
        Finding(
          "console memory with it open", "\(after / 1024) MB", peer: "before: \(before / 1024) MB", goal: "flat"),
      ]
    }
  }

  private static func measured(
    _ console: ConsoleProcess, keys: String, until text: String
  ) throws -> Duration {
    let began = ContinuousClock.now
    console.send(keys)
    try console.read(until: text)
    return ContinuousClock.now - began
  }
}
