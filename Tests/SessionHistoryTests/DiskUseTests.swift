import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite struct DiskUseTests {
  @Test func whoFillsTheDiskIsKnownToTheirTeamAlone() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let mine = try await fixture.startSession("mine")
      let theirs = try await fixture.startSession("theirs", of: green)
      let uses = [
        DiskUse(session: theirs.id, team: green, folder: 500, history: 50, isPartial: true),
        DiskUse(session: mine.id, team: fixture.team, folder: 5, history: 400),
      ]
      try await fixture.store.writeDiskUses(uses + [DiskUse(session: .make(at: .now()), team: green, folder: 1)])
      #expect(try await fixture.store.diskUses() == uses)
      try await fixture.withLogin("carol", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { store, _ in
        let seen = try await store.diskUses()
        #expect(seen == [uses[1]])
        await expectFailure(.permissionDenied) { try await store.writeDiskUses([]) }
      }
      try await fixture.store.writeDiskUses([uses[1]])
      #expect(try await fixture.store.diskUses() == [uses[1]])
      try await fixture.store.writeDiskUses([])
      #expect(try await fixture.store.diskUses().isEmpty)
    }
  }

  @Test func aHistoryTakesItsShareOfWhatAllTake() async throws {
    try await HistoryFixture.with { fixture in
      let (long, short, none) = (
        try await fixture.startSession("long"), try await fixture.startSession("short"),
        try await fixture.startSession("none")
      )
      try await fixture.record((0..<300).map { "line \($0)" }, to: long)
      try await fixture.record((0..<100).map { "line \($0)" }, to: short)
      let sizes = try await fixture.store.historySizes(limit: 10)
      #expect(sizes[none.id] == nil && sizes.count == 2)
      let (most, least) = (try #require(sizes[long.id]), try #require(sizes[short.id]))
      #expect(most.written { $0 } / 3 == least.written { $0 } / 1 || most > least + least)
      #expect(least > .zero)
      #expect(try await fixture.store.historySizes(limit: 1).keys.map(\.self) == [long.id])
      // What is past its term takes nothing any more.
      try await fixture.store.execute(
        "UPDATE paddock.session SET kept_from = events + 1 WHERE id = $1", [.uuid(long.id)])
      #expect(try await fixture.store.historySizes(limit: 10).keys.map(\.self) == [short.id])
      #expect(try await fixture.store.session(long.id).goneByTerm?.hasPrefix("all 300 events are gone") == true)
    }
  }
}
