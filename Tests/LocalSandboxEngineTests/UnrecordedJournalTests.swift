import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// A journal that cannot be recorded outlives its volume.
@Suite struct UnrecordedJournalTests {
  @Test func aJournalOfARealRunnerIsKeptApartFromItsVolume() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let request = try fixture.request("echo one; echo two; touch here; exec sleep 1000")
    let sandbox = try await engine.create(request)
    _ = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    try await engine.delete(sandbox.reference)
    let whole = try #require(readText(fixture.paths.journal))
    let last = try #require(JournalSearch.lastNumber(of: fixture.paths.journal))
    #expect(last >= 3)
    try replaceFile(fixture.paths.journal, with: Array((whole + "this is no event\n").utf8))
    let team = request.agent.team
    await #expect(throws: ControlFailure.self) {
      guard let rest = try await engine.journal(of: fixture.session, team: team, after: 0) else { return }
      for try await _ in rest {}
    }
    let kept = try #require(try await engine.setJournalAside(of: fixture.session, team: team, after: 1))
    #expect(kept.lastSeq == last)
    #expect(kept.bytes == Int64(whole.utf8.count) + 17)
    #expect(kept.place == "\(fixture.data)/unrecorded/\(fixture.session).jsonl")
    try await engine.deleteVolume(of: fixture.session, team: team)
    #expect(readText(kept.place) == whole + "this is no event\n")
    #expect(try await engine.setJournalAside(of: fixture.session, team: team, after: 1) == nil)
  }

  @Test func ofManyTheOldestMakeRoom() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let folder = fixture.data + "/unrecorded"
    try makeDirectory(folder)
    for number in 0..<LocalSandboxEngine.keptJournals {
      let path = "\(folder)/old-\(1000 + number).jsonl"
      try replaceFile(path, with: [])
      let time = timeval(tv_sec: 1_000 + number, tv_usec: 0)
      #expect(utimes(path, [time, time]) == 0)
    }
    try makeDirectory(fixture.paths.journalDirectory)
    try replaceFile(fixture.paths.journal, with: [0x7B])
    let kept = try await engine.setJournalAside(of: fixture.session, team: ResourceName("engineering"), after: 0)
    #expect(kept?.lastSeq == nil && kept?.bytes == 1)
    #expect(!exists("\(folder)/old-1000.jsonl"))
    #expect(exists("\(folder)/old-1001.jsonl"))
    #expect(kept.map { exists($0.place) } == true)
  }
}
