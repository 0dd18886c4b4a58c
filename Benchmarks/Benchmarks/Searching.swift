import ControlModel
import PostgresClient
import SessionHistory

/// Full-text search, and the indexing that runs behind the recorder.
enum Searching {
  static let sessions = 200
  static let eventsEach = Program.number("PADDOCK_BENCH_SEARCH_EVENTS", default: 500_000) / sessions

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    let database = try await workbench.database("searching")
    try await load(database)
    let count = sessions * eventsEach
    let (_, indexing) = try await time {
      while try await database.store.indexEvents(limit: 5_000) == 5_000 {}
    }
    try await database.pool.script("VACUUM ANALYZE paddock.event_search, paddock.event")
    var findings = [
      Finding("make \(count) events findable", Figure.rate(count, in: indexing))
    ]
    for (name, texts) in queries() {
      let times = try await measure(texts, database)
      findings.append(
        Finding(
          "search \(count) events: \(name), p95", Figure.duration(times.percentile(0.95)),
          peer: "p50: \(Figure.duration(times.percentile(0.5)))", goal: "≤ 100 ms at 10,000,000"))
    }
    await database.close()
    return findings
  }

  private static func load(_ database: BenchmarkDatabase) async throws {
    let ids = try await database.makeSessions(sessions)
    for (seed, id) in ids.enumerated() {
      let history = History(id: id, seed: UInt64(1000 + seed), count: eventsEach)
      var projection = SessionProjection()
      for event in history.events { projection.apply(event) }
      try await database.store.record([RecordedBatch(session: id, events: history.events, projection: projection)])
    }
  }

  private static func queries() -> [(String, [String])] {
    var mix = EventMix(start: .now(), seed: 7)
    return [
      ("a common word", (0..<50).map { EventMix.word($0) }),
      ("a rare word", (0..<100).map { EventMix.word(EventMix.vocabulary - 1 - $0 * 50) }),
      ("two words", (0..<100).map { _ in mix.words(2) }),
      ("a phrase", (0..<100).map { _ in "\"\(mix.words(2))\"" }),
    ]
  }

  private static func measure(_ texts: [String], _ database: BenchmarkDatabase) async throws -> [Duration] {
    var times: [Duration] = []
    for text in texts {
      times.append(try await time { try await database.store.search(SearchQuery(text: text)) }.1)
    }
    return times
  }
}
