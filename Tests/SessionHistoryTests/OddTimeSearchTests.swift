import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

/// A search never depends on one event, whatever time it bears.
@Suite(.serialized) struct OddTimeSearchTests {
  /// More than a search reads one after the other before it asks the index.
  private static let many = 6_000

  @Test(arguments: [
    ["9999-12-31 23:59:59+00"], ["4000-01-01 BC"], ["infinity"], ["-infinity"], ["1970-01-01 00:00:00+00"],
    ["294276-12-31", "4713-01-01 BC"],
    ["9999-12-31", "4000-01-01 BC", "infinity", "-infinity", "1970-01-01", "2199-12-31", "1969-12-31"],
  ])
  func everySearchAnswers(_ times: [String]) async throws {
    try await HistoryFixture.with { fixture in
      let (session, odd) = (try await fixture.startSession("all"), try await fixture.startSession("odd"))
      try await fill(fixture, session)
      try await fixture.record(times.map { "odd \($0) common" }, to: odd)
      // Past the rules, as what is older than these is.
      try await fixture.dropRules()
      for (index, time) in times.enumerated() {
        try await fixture.pool.script(
          "UPDATE paddock.event SET time = '\(time)' WHERE session_id = '\(odd.id)' AND seq = \(index + 1)")
      }
      try await fixture.indexAll()
      try await check(fixture, odd, times)
      // What was indexed before times had bounds.
      try await fixture.pool.script(
        """
        UPDATE paddock.event_search s SET time = e.time, places = paddock.places_of(s.team_id, s.session_id, s.seq, e.time)
        FROM paddock.event e WHERE e.session_id = s.session_id AND e.seq = s.seq AND s.session_id = '\(odd.id)'
        """)
      try await check(fixture, odd, times)
    }
  }

  private func check(_ fixture: HistoryFixture, _ odd: Session, _ times: [String]) async throws {
    let started = ContinuousClock.now
    #expect(try await hits(fixture, "needle").count == 3)
    #expect(try await hits(fixture, "common").count == Self.many + times.count)
    let found = try await hits(fixture, "odd")
    #expect(found.count == times.count)
    #expect(found.allSatisfy { (0...7_258_118_400_000_000).contains($0.time.microseconds) })
    #expect(try await hits(fixture, "odd", in: odd.id).count == times.count)
    #expect(try await hits(fixture, "nowhere").isEmpty)
    // A page of any of these takes some milliseconds; minutes would be a search that time can stop.
    #expect(ContinuousClock.now - started < .seconds(20))
  }

  /// All pages, each hit once.
  private func hits(_ fixture: HistoryFixture, _ text: String, in session: SessionID? = nil) async throws -> [SearchHit] {
    var (all, seen): ([SearchHit], Set<String>) = ([], [])
    while true {
      let page = try await fixture.store.search(
        SearchQuery(text: text, session: session, limit: 900, before: all.last))
      all += page
      let isNew = page.allSatisfy { seen.insert("\($0.session)/\($0.seq)").inserted }
      #expect(isNew)
      if page.isEmpty || !isNew { return all }
    }
  }

  /// A second apart, the last just now; three of them hold the needle, far from each other.
  private func fill(_ fixture: HistoryFixture, _ session: Session) async throws {
    let needles: Set = [5, 3_000, 5_990]
    let texts = (0..<Self.many).map { needles.contains($0) ? "common needle \($0)" : "common \($0)" }
    for start in stride(from: 0, to: texts.count, by: 2_000) {
      try await fixture.record(Array(texts[start..<min(start + 2_000, texts.count)]), to: session, after: Int64(start))
    }
    try await fixture.pool.script(
      "UPDATE paddock.event SET time = now() - (\(Self.many) - seq) * interval '1 second'")
  }

  @Test func aClaimedNumberDoesNotStopTheSearchInATranscript() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record((0..<50).map { "line \($0)" }, to: session)
      try await fixture.dropRules()
      try await fixture.pool.script(
        """
        UPDATE paddock.session SET events = 9223372036854775807;
        INSERT INTO paddock.search_cursor (session_id, team_id, seq)
          SELECT id, team_id, 9223372036854775807 FROM paddock.session;
        UPDATE paddock.event SET seq = 4611686018427387904 WHERE seq = 50
        """)
      let store = fixture.store
      // Said to be indexed, and not: what the index does not know is not found, but at once.
      for (from, direction) in [(Int64(0), SearchDirection.forward), (.max, .backward)] {
        for text in ["line 49", "line 3", "absent", "‽"] {
          _ = try await store.nextEvent(of: session.id, from: from, direction: direction, matching: .text(text))
        }
      }
      #expect(try await store.search(SearchQuery(text: "line", session: session.id)).isEmpty)
    }
  }
}
