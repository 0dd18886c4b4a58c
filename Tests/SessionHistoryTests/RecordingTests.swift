import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct RecordingTests {
  @Test func everyFieldOfAnEventComesBack() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let raw = Array(#"{ "a" : "\u0000 é\ud83d\ude00 \/" , "n":1.50,"a":2 }"#.utf8)
      let full = EventDraft(
        .toolResult, "naïve\n\u{1b}[31m", callID: "call", parentCallID: "parent", name: "Bash", isError: true,
        messageID: "message", usage: TokenUsage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4),
        cost: USD(micros: 5), duration: 6, detail: ["z": "\u{0}", "a": [JSONValue(1.5), nil]], raw: raw)
      let batch = fixture.batch([full, EventDraft(.user, ""), EventDraft(.output, "x")], of: session)
      try await fixture.store.record([batch])
      #expect(try await fixture.store.events(of: session.id, .last, limit: 10) == batch.events)
    }
  }

  @Test func whatPostgresCannotHoldIsKeptInAnotherForm() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record(
        [EventDraft(.output, "a\u{0}b", name: "\u{0}", raw: [0x22, 0xff, 0x00, 0x22])], to: session)
      let event = try #require(try await fixture.store.events(of: session.id, .last, limit: 1).first)
      #expect(event.text == "a␀b")
      #expect(event.content.name == "␀")
      #expect(String(decoding: event.content.raw, as: UTF8.self) == #"{"base64": "Iv8AIg=="}"#)
    }
  }

  @Test func whatIsSpentIsKeptByTheTimeItWasSpent() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let other = try await fixture.startSession()
      let spent = EventDraft(
        .result, "", messageID: "m1", usage: TokenUsage(input: 10, output: 5), cost: USD(micros: 7))
      try await fixture.store.record([fixture.batch([spent], of: session), fixture.batch([spent], of: other)])
      let longAgo = Timestamp(microseconds: 0)
      #expect(try await fixture.store.usage(since: longAgo) == Usage(cost: USD(micros: 14), tokens: 30))
      let later = Timestamp.now().advanced(bySeconds: 86_400)
      #expect(try await fixture.store.usage(since: later) == Usage())
      try await fixture.store.execute("UPDATE paddock.session SET desired = 'killed', state = 'killed'")
      try await fixture.store.purge(session.id)
      #expect(try await fixture.store.usage(since: longAgo).cost == USD(micros: 14))
    }
  }

  /// One team's absurd totals, stored by a former version, are in the same commit as everybody else's.
  @Test func noTotalStopsTheRecordingOfOthers() async throws {
    try await HistoryFixture.with { fixture in
      let (session, other) = (try await fixture.startSession(), try await fixture.startSession())
      try await fixture.dropRules()
      try await fixture.store.execute(
        """
        INSERT INTO paddock.usage SELECT name, date_bin('15 minutes', to_timestamp(1700000000), 'epoch'), \
        9223372036854775807, -9223372036854775808 FROM paddock.team
        """)
      try await fixture.store.execute(
        """
        UPDATE paddock.session SET tokens_input = 9223372036854775807, tokens_output = -9223372036854775808, \
        tokens_cache_read = 9223372036854775807, cost_micro = -9223372036854775808, turns = 9223372036854775807, \
        projection = '{"tokens":{"input":9223372036854775807},"costMicroUSD":-9223372036854775808,\
        "lastSeq":9223372036854775807,"turns":9223372036854775807,"generation":9223372036854775807}' \
        WHERE id = $1
        """, [.uuid(session.id.text)])
      let most = TokenCount(steps: Int64.max)
      let draft = EventDraft(.user, "", usage: TokenUsage(input: most, output: most), cost: USD(micros: .max))
      for seq in Int64(0)..<3 {
        try await fixture.store.record([
          fixture.batch([draft], of: session, after: seq), fixture.batch([draft], of: other, after: seq),
        ])
      }
      let all = try await fixture.store.usage(since: Timestamp(microseconds: 0))
      #expect(all == Usage(cost: USD(micros: .max), tokens: most))
      #expect(try await fixture.store.session(session.id).tokens.total == most)
      #expect(try await fixture.store.managedSession(other.id)?.projection.cost == USD(micros: .max))
    }
  }

  @Test func aRowOfAFormerVersionIsReadWithoutWhatNobodyBelieves() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record(["x"], to: session)
      try await fixture.dropRules()
      try await fixture.store.execute(
        """
        UPDATE paddock.event SET tokens_input = 9223372036854775807, tokens_output = 2, tokens_cache_read = -1, \
        cost_micro = -3000000, duration_ms = 9223372036854775807, time = '99999-01-01'
        """)
      try await fixture.store.execute(
        "UPDATE paddock.session SET events = 9223372036854775807, turns = -1, tokens_input = 9223372036854775807")
      let event = try #require(try await fixture.store.events(of: session.id, .last, limit: 1).first)
      #expect(event.content.usage == TokenUsage(input: nil, output: 2, cacheRead: nil, cacheWrite: nil))
      #expect(event.content.cost == nil && event.content.duration == nil)
      #expect(event.time == Timestamp("2200-01-01T00:00:00Z"))
      #expect(event.content.disbelief.claims.count == 4)
      let stored = try await fixture.store.session(session.id)
      #expect(stored.events == EventNumber.last && stored.turns == 0)
    }
  }

  @Test func totalsMoveWithTheEvents() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let drafts = [
        EventDraft(.lifecycle, "", name: "runtime.started", detail: ["runtimeSessionID": "r-1"]),
        EventDraft(.user, "go"), EventDraft(.toolCall, "swift test\u{0}", name: "Bash"),
        EventDraft(.toolCall, "ls", name: "Bash", usage: TokenUsage(input: 10, output: 5), cost: USD(micros: 7)),
      ]
      try await fixture.record(drafts, to: session)
      let stored = try await fixture.store.session(session.id)
      #expect(stored.events == 4)
      #expect(stored.turns == 1)
      #expect(stored.tokens == TokenUsage(input: 10, output: 5))
      #expect(stored.cost == USD(micros: 7))
      #expect(stored.now == "Bash: ls")
      #expect(stored.runtimeSessionID == "r-1")
      let managed = try #require(try await fixture.store.managedSession(session.id))
      #expect(managed.projection == fixture.batch(drafts, of: session).projection)
    }
  }

  @Test func aReplayedBatchIsAConflictAndDoublesNothing() async throws {
    try await HistoryFixture.with { fixture in
      let (one, two) = (try await fixture.startSession(), try await fixture.startSession())
      try await fixture.record(["a", "b"], to: one)
      let replayed = fixture.batch([EventDraft(.assistant, "a")], of: one)
      let fresh = fixture.batch([EventDraft(.assistant, "c")], of: two)
      await expectFailure(.conflict) { try await fixture.store.record([fresh, replayed]) }
      let gap = fixture.batch([EventDraft(.assistant, "d")], of: one, after: 3)
      await expectFailure(.conflict) { try await fixture.store.record([gap]) }
      #expect(try await fixture.store.events(of: one.id, .last, limit: 9).map(\.text) == ["a", "b"])
      #expect(try await fixture.store.events(of: two.id, .last, limit: 9).isEmpty)
      #expect(try await fixture.store.session(two.id).events == 0)
    }
  }

  @Test func ofConcurrentRecordersOneWins() async throws {
    try await HistoryFixture.with { fixture in
      var sessions: [Session] = []
      for _ in 0..<5 { sessions.append(try await fixture.startSession()) }
      let batches = sessions.map { fixture.batch([EventDraft(.assistant, "x"), EventDraft(.assistant, "y")], of: $0) }
      let store = fixture.store
      let successes = await withTaskGroup(of: Bool.self) { group in
        for index in 0..<6 {
          let mine = index.isMultiple(of: 2) ? batches : batches.reversed()
          group.addTask { (try? await store.record(mine)) != nil }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(successes == 1)
      for session in sessions {
        #expect(try await store.events(of: session.id, .last, limit: 9).map(\.seq) == [1, 2])
      }
    }
  }

  @Test func aCoreUnderRowLevelSecurityRecordsToo() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.withLogin("core", roles: ["paddock_core"]) { store, _ in
        try await store.record([fixture.batch([EventDraft(.user, "hello world")], of: session)])
        try await store.record([fixture.batch([EventDraft(.user, "again")], of: session, after: 1)])
        #expect(try await store.events(of: session.id, .last, limit: 9).map(\.text) == ["hello world", "again"])
        #expect(try await store.indexEvents(limit: 10) == 2)
        #expect(try await store.search(SearchQuery(text: "world")).map(\.seq) == [1])
        #expect(try await store.acquireLease(holder: "core/1"))
        await store.releaseLease()
        try await store.setDesired(.killed, of: session.id, expectedGeneration: 1, newGeneration: false)
        try await store.setState(.killed, reason: "", of: session.id)
        try await store.purge(session.id)
      }
    }
  }
}
