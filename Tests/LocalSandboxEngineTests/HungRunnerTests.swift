import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

@Suite struct HungRunnerTests {
  @Test func aRunnerThatHangsHoldsUpItsEndForSecondsOnly() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request("echo one; touch here; exec sleep 1000"))
    let sandbox = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    let process = try #require(await engine.load(fixture.paths)?.process)
    let below = ProcessTree.descendants(of: process.pid)
    kill(process.pid, SIGSTOP)
    try await eventually("it has stopped") { ProcessStatus(of: process.pid)?.isStopped ?? false }
    let begin = ContinuousClock.now
    try await engine.suspend(sandbox.reference)
    #expect(ContinuousClock.now - begin < .seconds(LocalSandboxEngine.gracePeriod - 2))
    #expect(([process] + below).filter(\.isAlive).isEmpty)
    var texts: [String] = []
    let journal = try #require(
      try await engine.journal(of: fixture.session, team: sandbox.reference.team, after: 0))
    for try await batch in journal { texts += batch.map(\.content.text) }
    #expect(texts.contains("one"))
    try await engine.delete(sandbox.reference)
  }
}
