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
