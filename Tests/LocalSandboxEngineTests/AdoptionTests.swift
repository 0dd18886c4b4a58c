import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// What a new engine makes of what an earlier one left.
@Suite struct AdoptionTests {
  private func write(_ record: SandboxRecord, to path: String) throws {
    try replaceFile(path, with: Array(JSONValue.object(record.json).text.utf8))
  }

  @Test func aSandboxIsAdoptedWithItsProcesses() async throws {
    let fixture = try EngineFixture()
    let first = try await fixture.engine()
    _ = try await first.create(fixture.request("echo start >> starts; exec sleep 1000"))
    let sandbox = try await first.ready(fixture.session)
    _ = try await fixture.file("starts")
    await first.close()
    let second = try await fixture.engine()
    #expect(try await second.sandboxes() == [sandbox])
    let process = try #require(await second.load(fixture.paths)?.process)
    var changes = second.changes().makeAsyncIterator()
    kill(process.pid, SIGKILL)
    _ = await changes.next()
    _ = try await second.finished(fixture.session)
    try await second.deleteAll()
  }

  @Test func aRecycledProcessIsNotMistakenForItsOwn() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    _ = try await engine.ready(fixture.session)
    var record = try #require(await engine.load(fixture.paths))
    let own = try #require(ProcessIdentity(of: getpid()))
    try await engine.deleteAll()
    for (startTime, bootID) in [(own.startTime + 1, own.bootID), (own.startTime, "another boot")] {
      record.process = ProcessIdentity(pid: own.pid, startTime: startTime, bootID: bootID)
      try write(record, to: fixture.paths.record)
      let later = try await fixture.engine()
      let sandbox = try #require(try await later.sandboxes().first)
      #expect(sandbox.isFinished)
      try await later.delete(sandbox.reference)
      #expect(own.isAlive)
    }
  }

  @Test func aRunnerThatWasNeverRecordedIsEnded() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    _ = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    var record = try #require(await engine.load(fixture.paths))
    let stray = try #require(record.process)
    // As if the engine had died between the runner's start and its record.
    record.process = nil
    record.enter(.preparing, at: .now())
    try write(record, to: fixture.paths.record)
    let later = try await fixture.engine()
    _ = try await later.ready(fixture.session)
    #expect(!stray.isAlive)
    #expect(try #require(await later.load(fixture.paths)?.process).isAlive)
    try await later.deleteAll()
  }

  @Test(arguments: ["", "{\"version\":1,", "[]", "{\"version\":99}"])
  func aBrokenRecordIsClearedAway(text: String) async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    _ = try await engine.ready(fixture.session)
    let process = try #require(await engine.load(fixture.paths)?.process)
    try replaceFile(fixture.paths.record, with: Array(text.utf8))
    let later = try await fixture.engine()
    #expect(try await later.sandboxes().isEmpty)
    #expect(!process.isAlive)
    let made = try await later.create(fixture.request(generation: 2))
    try await later.delete(made.reference)
  }

  @Test func aSuspensionThatWasCutShortIsFinished() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    _ = try await engine.ready(fixture.session)
    var record = try #require(await engine.load(fixture.paths))
    let process = try #require(record.process)
    record.operatingMode = .suspended
    try write(record, to: fixture.paths.record)
    let later = try await fixture.engine()
    #expect(!process.isAlive)
    #expect(try await later.sandboxes().first?.condition("Suspended")?.isTrue == true)
    try await later.deleteAll()
  }

  @Test func aRecordIsReadBackAsItWasWritten() throws {
    let fixture = try EngineFixture()
    var request = try fixture.request(generation: 3) { $0.limits.memory = 1_073_741_824 }
    request.runtimeSessionID = "abc"
    var record = SandboxRecord(
      uid: "u", name: "worker-1", request: request, createdAt: .now(), token: "t", phaseSince: .now())
    record.process = ProcessIdentity(of: getpid())
    record.unenforced = ["memory limit not enforced: no writable cgroup."]
    record.enter(.started, message: "said", at: .now())
    let bytes = Array(JSONValue.object(record.json).text.utf8)
    #expect(SandboxRecord(parsing: bytes) == record)
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(SandboxRecord(parsing: Array(bytes[..<count])) == nil)
    }
  }

  @Test func aProcessNameWithParenthesesDoesNotShiftTheFields() {
    let fields = (4...52).map(String.init).joined(separator: " ")
    let status = ProcessStatus(parsing: "7 (a) b) (c) R \(fields)")
    #expect(status?.parent == 4)
    #expect(status?.startTime == 22)
    #expect(ProcessStatus(parsing: "7 (short) R 1") == nil)
  }
}
