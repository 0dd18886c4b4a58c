import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct ReadingTests {
  @Test func historyIsReadByNumberInBothDirections() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record((1...10).map(String.init), to: session)
      func seqs(_ window: EventWindow) async throws -> [Int64] {
        try await fixture.store.events(of: session.id, window, limit: 3).map(\.seq)
      }
      #expect(try await seqs(.last) == [8, 9, 10])
      #expect(try await seqs(.before(8)) == [5, 6, 7])
      #expect(try await seqs(.before(2)) == [1])
      #expect(try await seqs(.after(0)) == [1, 2, 3])
      #expect(try await seqs(.after(9)) == [10])
      #expect(try await seqs(.after(10)) == [])
    }
  }

  @Test func jumpsFindTheNearestMatch() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record(
        [
          EventDraft(.user, "one"), EventDraft(.toolResult, "50%_\\done", isError: true),
          EventDraft(.toolResult, "fine"),
          EventDraft(.user, "two"), EventDraft(.assistant, "50 done", isError: true),
        ], to: session)
      func next(_ from: Int64, _ direction: SearchDirection, _ match: EventMatch) async throws -> Int64? {
        try await fixture.store.nextEvent(of: session.id, from: from, direction: direction, matching: match)
      }
      #expect(try await next(1, .forward, .userTurn) == 4)
      #expect(try await next(4, .backward, .userTurn) == 1)
      #expect(try await next(4, .forward, .userTurn) == nil)
      #expect(try await next(0, .forward, .toolError) == 2)
      #expect(try await next(2, .forward, .toolError) == nil)
      #expect(try await next(0, .forward, .text("%_\\D")) == 2)
      #expect(try await next(5, .backward, .text("DONE")) == 2)
    }
  }

  /// Most of the session is looked up in the index, the rest was recorded behind it.
  @Test(arguments: [true, false]) func aTextIsFoundWhereItsFirstWordBegins(isIndexed: Bool) async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      let texts = [
        5: "Read Sources/Calendar/Month.swift", 2500: "snake_case_name = 12e5x;", 4000: "naïve “Zürich”, Ömer",
        5990: "it's 50%_\\done (all of it)",
      ]
      try await fixture.record((1...6000).map { texts[$0] ?? "month by month \($0)" }, to: session)
      if isIndexed { try await fixture.indexAll() }
      try await fixture.record((6001...6010).map { $0 == 6005 ? "the tail" : "" }, to: session, after: 6000)
      func next(_ text: String, from: Int64 = 0, _ direction: SearchDirection = .forward) async throws -> Int64? {
        try await fixture.store.nextEvent(of: session.id, from: from, direction: direction, matching: .text(text))
      }
      for (text, seq) in [
        ("month.sw", 5), ("swift", 5), ("/calendar/", 5), ("CASE_na", 2500), ("12e", 2500), ("snake_", 2500),
        ("name = 12E5", 2500), ("zür", 4000), ("NAÏVE “z", 4000), ("Öm", 4000), ("it's 5", 5990), ("%_\\d", 5990),
        ("(all of", 5990), ("tail", 6005), ("by month 3777", 3777),
      ] as [(String, Int64)] {
        #expect(try await next(text) == seq, "\(text)")
        #expect(try await next(text, from: 6011, .backward) == seq, "\(text)")
        #expect(try await next(text, from: seq) == nil, "\(text)")
        #expect(try await next(text, from: seq, .backward) == nil, "\(text)")
      }
      for text in ["onth", "wift", "month.x", "lendar", "of all"] {
        #expect(try await next(text) == nil, "\(text)")
        #expect(try await next(text, from: 6011, .backward) == nil, "\(text)")
      }
      #expect(try await next("month", from: 2499) == 2501)
      #expect(try await next("month", from: 2501, .backward) == 2499)
    }
  }

  @Test func openApprovalsAreThoseWithoutADecision() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      try await fixture.record(
        [
          EventDraft(.user, "go"), EventDraft(.approvalRequest, "rm", callID: "a"),
          EventDraft(.approvalRequest, "ls", callID: "b"), EventDraft(.approvalDecision, "", callID: "a"),
        ], to: session)
      #expect(try await fixture.store.pendingApprovals(of: session.id).map(\.content.callID) == ["b"])
    }
  }

  @Test func whoNeedsAHumanComesFirst() async throws {
    try await HistoryFixture.with { fixture in
      for state in [SessionState.working, .finished, .approval, .waiting, .failed] {
        try await fixture.store.setState(state, reason: "", of: fixture.startSession(state.rawValue).id)
      }
      try await fixture.store.setState(.waiting, reason: "", of: fixture.startSession("waiting less long").id)
      try await fixture.store.purge(fixture.startSession("gone").id)
      let titles = try await fixture.store.sessions(of: fixture.team).map(\.title)
      #expect(titles == ["approval", "failed", "waiting", "waiting less long", "working", "finished"])
      #expect(try await fixture.store.sessions(of: nil).count == titles.count)
    }
  }

  @Test func theTimeOfAStateStaysWhileTheStateStays() async throws {
    try await HistoryFixture.with { fixture in
      let id = try await fixture.startSession().id
      try await fixture.store.setState(.working, reason: "", of: id)
      let first = try await fixture.store.session(id)
      try await fixture.store.setState(.working, reason: "thinking", of: id)
      let second = try await fixture.store.session(id)
      #expect(second.stateSince == first.stateSince)
      #expect(second.stateReason == "thinking")
    }
  }

  @Test func searchFindsWordsWhereverTheyStand() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession("billing")
      let weird = String(repeating: "\u{1F9EA}é\u{301} ", count: 60_000)
      let unique = (0..<60_000).map { "w\($0)" }.joined(separator: " ")
      try await fixture.record(
        [
          "Read Sources/Calendar/Month.swift", "month of swift\u{0}", "rm -rf build", weird, unique, "",
          "\u{1b}[31mred",
          String(repeating: "x", count: 3_000_000),
        ], to: session)
      #expect(try await fixture.store.indexEvents(limit: 3) == 3)
      try await fixture.indexAll()
      func seqs(_ text: String) async throws -> [Int64] {
        try await fixture.store.search(SearchQuery(text: text)).map(\.seq)
      }
      #expect(try await seqs("month") == [2, 1])
      #expect(try await seqs("Month.swift") == [1])
      #expect(try await seqs("month -calendar") == [2])
      #expect(try await seqs("calendar or build") == [3, 1])
      #expect(try await seqs("rm -rf") == [])
      #expect(try await seqs("\"rm -rf\"") == [3])
      #expect(try await seqs("w100") == [5])
      #expect(try await seqs("🧪 \"' -( & | !") == [])
      #expect(try await seqs("") == [])
      let hit = try #require(try await fixture.store.search(SearchQuery(text: "calendar")).first)
      #expect(hit.excerpt == "Read Sources/Calendar/Month.swift")
      #expect(hit.title == "billing" && hit.kind == .assistant && hit.team == fixture.team)
    }
  }

  /// The newest events are read; what is older is looked up, in stretches of time that grow.
  @Test func searchFindsWhatIsOldOfOneTeamOrSession() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let (mine, theirs) = (try await fixture.startSession(), try await fixture.startSession(of: green))
      let odd: Set = [1, 700, 701, 5000, 8000]
      try await fixture.record((1...8000).map { odd.contains($0) ? "red needle" : "needle red" }, to: mine)
      try await fixture.record((1...8000).map { $0 == 3 ? "red needle" : "hay" }, to: theirs)
      try await fixture.indexAll()
      // One of them long ago, so that stretches of every width are asked.
      try await fixture.pool.script(
        """
        UPDATE paddock.event_search SET time = '1990-01-01',
          places = paddock.places_of(team_id, session_id, seq, '1990-01-01') WHERE seq = 1
        """)
      func hits(_ text: String, _ session: Session? = nil, team: ResourceName? = nil) async throws -> [Int64] {
        var query = SearchQuery(text: text, team: team, session: session?.id, limit: 2)
        var seqs: [Int64] = []
        while let last = try await page(query, &seqs) { query.before = last }
        return seqs
      }
      func page(_ query: SearchQuery, _ seqs: inout [Int64]) async throws -> SearchHit? {
        let hits = try await fixture.store.search(query)
        seqs += hits.map(\.seq)
        return hits.last
      }
      #expect(try await hits("\"red needle\"") == [8000, 5000, 701, 700, 3, 1])
      #expect(try await hits("\"red needle\"", team: fixture.team) == [8000, 5000, 701, 700, 1])
      #expect(try await hits("\"red needle\"", mine) == [8000, 5000, 701, 700, 1])
      #expect(try await hits("\"red needle\"", theirs) == [3])
      try await fixture.withLogin("eve", roles: ["paddock_viewer", fixture.role(of: green)]) {
        (store, _) async throws in
        #expect(try await store.search(SearchQuery(text: "needle")).map(\.seq) == [3])
        let match = EventMatch.text("needle")
        #expect(try await store.nextEvent(of: mine.id, from: 0, direction: .forward, matching: match) == nil)
        #expect(try await store.nextEvent(of: theirs.id, from: 0, direction: .forward, matching: match) == 3)
      }
    }
  }

  @Test func searchGoesOnBehindAHit() async throws {
    try await HistoryFixture.with { fixture in
      let (one, two) = (try await fixture.startSession(), try await fixture.startSession())
      try await fixture.record((1...5).map { "needle \($0)" }, to: one)
      try await fixture.record((1...5).map { "needle \($0)" }, to: two)
      try await fixture.indexAll()
      var query = SearchQuery(text: "needle", limit: 3)
      var found: [SearchHit] = []
      while true {
        let page = try await fixture.store.search(query)
        found += page
        guard let last = page.last else { break }
        query.before = last
      }
      #expect(found.count == 10)
      #expect(Set(found.map { "\($0.session) \($0.seq)" }).count == 10)
      #expect(found.map(\.time) == found.map(\.time).sorted(by: >))
      query = SearchQuery(text: "needle", session: two.id)
      #expect(try await fixture.store.search(query).map(\.session) == Array(repeating: two.id, count: 5))
    }
  }
}
