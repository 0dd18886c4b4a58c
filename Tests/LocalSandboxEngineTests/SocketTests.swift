import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// The sockets of runners: what they tell, and what becomes of a runner without one.
@Suite struct SocketTests {
  @Test func theAddressTellsNothingOfTheSession() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    let sandbox = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    _ = try await engine.runner(of: sandbox.reference).status()
    let addresses = try #require(readText("/proc/net/unix"))
    #expect(addresses.contains(fixture.directory + "/data/run/"))
    #expect(!addresses.contains(fixture.session.text) && !addresses.contains(sandbox.reference.uid))
    try await engine.deleteAll()
    #expect(namesIn(fixture.data + "/run") == ["system-calls.bpf"], "no socket is left")
  }

  @Test func aRunnerOfAnEarlierReleaseIsAdoptedByItsFormerSocket() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    let sandbox = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    var record = try #require(await engine.load(fixture.paths))
    // A socket keeps its listener under another name.
    let former = "\(fixture.data)/run/\(fixture.session).sock"
    try #require(rename(fixture.paths.socket(of: record), former) == 0)
    record.socket = nil
    try replaceFile(fixture.paths.record, with: Array(JSONValue.object(record.json).text.utf8))
    await engine.close()
    let later = try await fixture.engine()
    #expect(try await later.sandboxes().first?.isReady == true)
    _ = try await later.runner(of: sandbox.reference).status()
    try await later.deleteAll()
    #expect(!exists(former))
  }

  @Test func aRunnerWhoseSocketWasRemovedIsEndedAndComesBackWithOne() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request("touch here; exec sleep 1000"))
    let sandbox = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    var record = try #require(await engine.load(fixture.paths))
    let process = try #require(record.process)
    unlink(fixture.paths.socket(of: record))
    _ = try await engine.sandboxes()
    #expect(process.isAlive, "one that was just started may not listen yet")
    record.phaseSince = .now().advanced(bySeconds: -2 * LocalSandboxEngine.listeningPatience)
    try replaceFile(fixture.paths.record, with: Array(JSONValue.object(record.json).text.utf8))
    _ = try await engine.sandboxes()
    _ = try await engine.finished(fixture.session)
    #expect(!process.isAlive)
    try await engine.resume(sandbox.reference)
    _ = try await engine.ready(fixture.session)
    try await eventually("the new runner answers") {
      (try? await engine.runner(of: sandbox.reference).status()) != nil
    }
    try await engine.deleteAll()
  }
}
