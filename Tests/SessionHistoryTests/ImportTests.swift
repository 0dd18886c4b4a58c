import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite(.serialized) struct ImportTests {
  private func transcript(_ fixture: HistoryFixture, title: String = "old work") throws -> ImportedTranscript {
    ImportedTranscript(
      team: fixture.team, agent: try ResourceName("claude-code"), runtime: .claudeCode, runtimeSessionID: "r-1",
      title: title, createdAt: Timestamp(microseconds: 1_600_000_000_000_000))
  }

  private func event(_ key: String, _ kind: EventKind = .user) -> ImportedEvent {
    ImportedEvent(
      key: key, time: Timestamp(microseconds: 1_600_000_000_000_000), content: EventDraft(kind, "needle \(key)"))
  }

  @Test func aSecondImportAddsOnlyWhatIsNew() async throws {
    try await HistoryFixture.with { fixture in
      let store = fixture.store
      let transcript = try transcript(fixture)
      let first = try await store.importTranscript(transcript, events: [event("a"), event("b"), event("a")])
      #expect(first.isNewSession && first.added == 2 && first.duplicates == 1)
      let second = try await store.importTranscript(
        self.transcript(fixture, title: ""), events: [event("a"), event("b"), event("c", .assistant), event("d")])
      #expect(!second.isNewSession && second.added == 2 && second.duplicates == 2 && second.session == first.session)
      let events = try await store.events(of: first.session, .last, limit: 9)
      #expect(events.map(\.text) == ["a", "b", "c", "d"].map { "needle \($0)" })
      #expect(events.map(\.seq) == [1, 2, 3, 4])
      let session = try await store.session(first.session)
      #expect(session.desired == .archived && session.state == .finished && session.events == 4)
      #expect(session.title == "old work" && session.runtimeSessionID == "r-1" && session.now.isEmpty)
      #expect(session.turns == 1)
      #expect(try await store.managedSessions().isEmpty)
      try await fixture.indexAll()
      #expect(try await store.search(SearchQuery(text: "needle")).count == 4)
    }
  }

  @Test func concurrentImportsOfOneConversationAreOneSession() async throws {
    try await HistoryFixture.with { fixture in
      let transcript = try transcript(fixture)
      let events = (0..<50).map { event("\($0)") }
      let store = fixture.store
      let counts = try await withThrowingTaskGroup(of: ImportCount.self) { group in
        for _ in 0..<4 { group.addTask { try await store.importTranscript(transcript, events: events) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(Set(counts.map(\.session)).count == 1)
      #expect(counts.reduce(0) { $0 + $1.added } == 50)
      #expect(counts.filter(\.isNewSession).count == 1)
    }
  }

  @Test func anImportIsAnOperationAndItsSessionsCannotBeActedUpon() async throws {
    try await HistoryFixture.with { fixture in
      let store = fixture.store
      let id = try await store.beginImport(of: "~/.claude", into: fixture.team, actor: "root", reason: nil)
      let count = try await store.importTranscript(try transcript(fixture), events: [event("a")])
      try await store.finishImport(id, .succeeded)
      let operation = try await store.operation(id)
      #expect(operation.kind == .importTranscripts && operation.outcome == .succeeded)
      let session = try await store.session(count.session)
      for kind in [Operation.Kind.message, .interrupt, .restart, .kill] {
        let operation = fixture.operation(kind, session, generation: 0, argument: "x")
        await expectFailure(.refused) { try await store.submit(operation) }
      }
      try await store.submit(fixture.operation(.purge, session, generation: 0))
    }
  }
}
