import ControlCore
import ControlModel
import Logging
import PostgresClient

/// The way of events into Postgres, from the recorder on, against a bare COPY of the same rows by the same client.
enum Recording {
  static let sessions = 100
  static let eventsEach = 2_000
  /// As many as a busy runner sends at once.
  static let batch = 100

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    let database = try await workbench.database("recording")
    let ids = try await database.makeSessions(sessions)
    let histories = ids.enumerated().map { History(id: $0.element, seed: UInt64($0.offset + 1), count: eventsEach) }
    let bare = try await copy(histories, into: "bare", like: "INCLUDING COMPRESSION", database)
    let (_, recorded) = try await time { try await record(histories, in: database) }
    let indexed = try await copy(histories, into: "indexed", like: "INCLUDING ALL", database)
    let stored = try await database.pool.query("SELECT count(*) AS n FROM paddock.event").first?.int("n") ?? 0
    guard stored == Int64(sessions * eventsEach) else { throw BenchmarkFailure("\(stored) events were recorded") }
    await database.close()
    let count = sessions * eventsEach
    return [("bare COPY", bare), ("COPY, same indexes", indexed)].map { name, floor in
      Finding(
        "record \(count) events of \(sessions) sessions", Figure.rate(count, in: recorded),
        peer: "\(name): \(Figure.rate(count, in: floor))", ratio: Figure.percent(floor / recorded),
        goal: name == "bare COPY" ? "" : "≥ 90 %")
    }
  }

  /// All sessions at once, each waiting for its own commits, as their controllers do.
  private static func record(_ histories: [History], in database: BenchmarkDatabase) async throws {
    let recorder = Recorder(store: database.store, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    try await withThrowingTaskGroup { group in
      for history in histories {
        group.addTask { try await history.record(by: recorder) }
      }
      try await group.waitForAll()
    }
  }

  private static func copy(
    _ histories: [History], into table: String, like what: String, _ database: BenchmarkDatabase
  ) async throws -> Duration {
    try await database.pool.script("CREATE TABLE \(table) (LIKE paddock.event \(what))")
    let (_, duration) = try await time {
      try await database.pool.withConnection { connection in
        var rows = histories.lazy.flatMap { history in history.events.lazy.map { (history.id.text, $0) } }
          .makeIterator()
        try await connection.copyIn(
          "COPY \(table) (\(BareRow.columns)) FROM STDIN (FORMAT binary)",
          streaming: { writer in
            while writer.byteCount < 128 * 1024 {
              guard let (session, event) = rows.next() else { return false }
              BareRow.write(event, session, to: &writer)
            }
            return true
          })
      }
    }
    try await database.pool.script("DROP TABLE \(table)")
    return duration
  }
}

/// What one session's runner has journalled.
struct History: Sendable {
  let id: SessionID
  let events: [Event]

  init(id: SessionID, seed: UInt64, count: Int) {
    self.id = id
    var mix = EventMix(start: .now(), seed: seed)
    events = (1...Int64(count)).map { mix.event($0) }
  }

  func record(by recorder: Recorder) async throws {
    var projection = SessionProjection()
    for start in stride(from: 0, to: events.count, by: Recording.batch) {
      let fresh = Array(events[start..<min(start + Recording.batch, events.count)])
      for event in fresh { projection.apply(event) }
      try await recorder.record(RecordedBatch(session: id, events: fresh, projection: projection))
    }
  }
}

/// The row that the store would write, without what it does besides.
private enum BareRow {
  static let columns = """
    session_id, seq, time, team_id, is_error, kind, text, name, call_id, parent_call_id, message_id, tokens_input, \
    tokens_output, tokens_cache_read, tokens_cache_write, cost_micro, duration_ms, detail, raw, bucket
    """

  static func write(_ event: Event, _ session: String, to writer: inout PostgresCopyWriter) {
    let content = event.content
    writer.beginRow(columns: 20)
    writer.append(uuid: session)
    writer.append(event.seq)
    writer.append(microseconds: event.time.microseconds)
    writer.append(Int32(1))
    writer.append(content.isError)
    writer.append(content.kind.rawValue)
    writer.append(content.text)
    for text in [content.name, content.callID, content.parentCallID, content.messageID] { writer.append(text) }
    let usage = content.usage
    for number in [
      usage?.input, usage?.output, usage?.cacheRead, usage?.cacheWrite, content.cost?.micros, content.duration,
    ] {
      writer.append(PostgresValue.optionalInt8(number))
    }
    writer.append(content.detail.members.isEmpty ? nil : JSONValue.object(content.detail).text)
    writer.append(content.raw)
    writer.append(Int32(0))
  }
}
