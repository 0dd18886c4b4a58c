import ControlModel
import PostgresClient
import PostgresTestSupport
import Testing

@testable import SessionHistory

/// An import is asked for by the program that carries it out, and by nobody else when that is gone.
@Suite struct LostImportTests {
  @Test func anImportWhoseImporterIsGoneReachesAnEnd() async throws {
    try await HistoryFixture.with { fixture in
      let importer = StoreLanes.of(.command, url: fixture.url)
      let begun = try await PostgresSessionStore(importer).beginImport(
        of: "/x", into: fixture.team, actor: "ann", reason: nil)
      func age(_ time: String) async throws {
        try await fixture.pool.script(
          """
          ALTER TABLE paddock.operation DISABLE TRIGGER USER;
          UPDATE paddock.operation SET requested_at = requested_at - interval '\(time)' WHERE kind = 'import';
          ALTER TABLE paddock.operation ENABLE TRIGGER USER
          """)
      }
      try await age("1 hour")
      try await fixture.store.endLostImports()
      #expect(try await fixture.store.operation(begun).outcome == .pending, "it is still at it")
      await importer.close()
      try await until {
        try await fixture.store.endLostImports()
        return try await fixture.store.operation(begun).outcome != .pending
      }
      guard case .failed(let why) = try await fixture.store.operation(begun).outcome else {
        Issue.record("it is over")
        return
      }
      #expect(why.contains("import once more"))
    }
  }

  @Test func oneOfAnEarlierReleaseIsEndedADayLater() async throws {
    try await HistoryFixture.with { fixture in
      let begun = try await fixture.store.beginImport(of: "/x", into: fixture.team, actor: "ann", reason: nil)
      for (hours, isOver) in [(23, false), (2, true)] {
        try await fixture.pool.script(
          """
          ALTER TABLE paddock.operation DISABLE TRIGGER USER;
          UPDATE paddock.operation SET subject = NULL, requested_at = requested_at - interval '\(hours) h'
            WHERE kind = 'import';
          ALTER TABLE paddock.operation ENABLE TRIGGER USER
          """)
        try await fixture.store.endLostImports()
        #expect((try await fixture.store.operation(begun).outcome != .pending) == isOver)
      }
    }
  }
}
