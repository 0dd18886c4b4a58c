import ControlModel
import Glibc
import Testing

@testable import LocalSandboxEngine

/// Something else in the place of the engine's own files keeps its thread from nothing.
@Suite(.timeLimit(.minutes(3))) struct OddFileTests {
  @Test func aPipeAsTheListOfRootsFailsWhatNeedsItAndNothingElse() async throws {
    let fixture = try EngineFixture()
    let roots = LocalRoots.file(in: fixture.data)
    try #require(unlink(roots) == 0 && mkfifo(roots, 0o600) == 0)
    let engine = try await fixture.engine()
    let needy = try await engine.create(
      fixture.request { $0.workspace = .init(repository: fixture.directory + "/nowhere") })
    let ready = try await engine.finished(fixture.session).condition("Ready")
    #expect(ready?.message.contains("named pipe") == true, "\(ready?.message ?? "none")")
    try await engine.delete(needy.reference)
    _ = try await engine.create(fixture.request())
    #expect(try await fixture.file("here") == "")
    try await engine.deleteAll()
  }

  @Test func aPipeAsARecordOrALogIsNoneOfASession() async throws {
    let fixture = try EngineFixture()
    let paths = fixture.paths
    run(["/bin/mkdir", "-p", paths.sandbox, paths.journalDirectory])
    try #require(mkfifo(paths.record, 0o600) == 0 && mkfifo(paths.journal, 0o600) == 0)
    let engine = try await fixture.engine()
    #expect(try await engine.sandboxes().isEmpty)
    let team = try ResourceName("engineering")
    let journal = try #require(try await engine.journal(of: fixture.session, team: team, after: 0))
    await #expect(throws: ControlFailure.self) { for try await _ in journal {} }
    unlink(paths.journal)
    try #require(mkfifo(paths.log, 0o600) == 0)
    _ = try await engine.create(fixture.request())
    let ready = try await engine.finished(fixture.session).condition("Ready")
    #expect(ready?.message.contains("named pipe") == true, "\(ready?.message ?? "none")")
    try await engine.deleteAll()
  }
}
