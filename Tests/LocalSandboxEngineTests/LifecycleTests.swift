import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// The life of a sandbox with the real runner and real jails.
@Suite struct LifecycleTests {
  @Test func aSandboxBecomesReadyAndIsDeleted() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let made = try await engine.create(fixture.request())
    #expect(made.condition("Ready")?.reason == "WorkspacePreparing")
    let sandbox = try await engine.ready(fixture.session)
    #expect(sandbox.reference == made.reference)
    #expect(sandbox.generation == 1)
    #expect(!sandbox.isFinished)
    _ = try await fixture.file("here")
    try await engine.delete(sandbox.reference)
    #expect(try await engine.sandboxes().isEmpty)
    #expect(exists(fixture.paths.volume + "/work/here"))
    try await engine.deleteVolume(of: fixture.session, team: sandbox.reference.team)
    #expect(!exists(fixture.paths.root))
  }

  @Test func theSameGenerationIsReturnedAndAnotherIsRefused() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let first = try await engine.create(fixture.request())
    #expect(try await engine.create(fixture.request()).reference == first.reference)
    let failure = await #expect(throws: ControlFailure.self) {
      try await engine.create(fixture.request(generation: 2))
    }
    #expect(failure?.code == .conflict)
    _ = try await engine.ready(fixture.session)
    await #expect(throws: ControlFailure.self) { try await engine.create(fixture.request(generation: 2)) }
    try await engine.delete(first.reference)
    let second = try await engine.create(fixture.request(generation: 2))
    #expect(second.reference.name == first.reference.name)
    #expect(second.reference.uid != first.reference.uid)
    try await engine.delete(second.reference)
  }

  @Test func aStaleReferenceIsRefused() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let first = try await engine.create(fixture.request())
    try await engine.delete(first.reference)
    try await engine.delete(first.reference)
    let second = try await engine.create(fixture.request(generation: 2))
    let failure = await #expect(throws: ControlFailure.self) { try await engine.delete(first.reference) }
    #expect(failure?.code == .conflict)
    await #expect(throws: ControlFailure.self) { try await engine.suspend(first.reference) }
    await #expect(throws: ControlFailure.self) { _ = try await engine.runner(of: first.reference) }
    try await engine.delete(second.reference)
  }

  @Test func twoEnginesThatRaceMakeOneSandbox() async throws {
    let fixture = try EngineFixture()
    let engines = [try await fixture.engine(), try await fixture.engine()]
    let request = try fixture.request("echo $$ >> starts; exec sleep 1000")
    let uids = try await withThrowingTaskGroup(of: String.self) { group in
      for index in 0..<8 { group.addTask { try await engines[index % 2].create(request).reference.uid } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(uids.count == 1)
    let sandbox = try await engines[0].ready(fixture.session)
    _ = try await fixture.file("starts")
    let arguments = [EngineFixture.runner, "--config", fixture.paths.configuration]
    #expect(ProcessTree.processes(withArguments: arguments).count == 1)
    try await engines[1].delete(sandbox.reference)
    #expect(try await fixture.file("starts").split(separator: "\n").count == 1)
  }

  @Test func suspendEndsTheProcessesAndResumeKeepsTheFiles() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let script = "echo start >> log; echo $$ > pid.new; mv pid.new pid; exec sleep 1000"
    _ = try await engine.create(fixture.request(script))
    let sandbox = try await engine.ready(fixture.session)
    _ = try await fixture.file("pid")
    let process = try #require(await engine.load(fixture.paths)?.process)
    let below = ProcessTree.descendants(of: process.pid)
    #expect(!below.isEmpty)
    try await engine.suspend(sandbox.reference)
    let suspended = try #require(try await engine.sandboxes().first)
    #expect(suspended.operatingMode == .suspended)
    #expect(suspended.condition("Suspended")?.isTrue == true)
    #expect(!suspended.isReady)
    #expect(!suspended.isFinished)
    #expect(([process] + below).filter(\.isAlive).isEmpty)
    try await engine.suspend(sandbox.reference)
    let conflict = await #expect(throws: ControlFailure.self) {
      try await engine.create(fixture.request(script, generation: 2))
    }
    #expect(conflict?.code == .conflict)

    try await engine.resume(sandbox.reference)
    let resumed = try await engine.ready(fixture.session)
    #expect(resumed.reference == sandbox.reference)
    try await eventually("the agent has started twice") {
      try await fixture.file("log").split(separator: "\n").count == 2
    }
    try await engine.delete(sandbox.reference)
  }

  @Test func killingTheRunnerKillsAllInTheJailAndIsNoticed() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(
      fixture.request("setsid sleep 1000 & (trap '' TERM HUP; sleep 1000) & touch here; wait"))
    _ = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    let process = try #require(await engine.load(fixture.paths)?.process)
    let below = ProcessTree.descendants(of: process.pid)
    #expect(below.count >= 4)
    var changes = engine.changes().makeAsyncIterator()
    kill(process.pid, SIGKILL)
    _ = await changes.next()
    let sandbox = try await engine.finished(fixture.session)
    #expect(sandbox.condition("Finished")?.reason == "RunnerExited")
    try await eventually("nothing of the jail is left") { !below.contains(where: \.isAlive) }
    // A finished one gives way to the next generation.
    let next = try await engine.create(fixture.request(generation: 2))
    #expect(next.generation == 2)
    try await engine.delete(next.reference)
  }

  @Test func anAgentThatIgnoresEverythingIsStoppedAllTheSame() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    _ = try await engine.create(
      fixture.request("trap '' HUP INT QUIT TERM; touch here; while :; do sleep 1; done"))
    let sandbox = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    let process = try #require(await engine.load(fixture.paths)?.process)
    let below = ProcessTree.descendants(of: process.pid)
    try await engine.suspend(sandbox.reference)
    #expect(([process] + below).filter(\.isAlive).isEmpty)
    try await engine.delete(sandbox.reference)
  }

  /// A client has a thread and descriptors: thousands of sessions that are over must cost none.
  @Test func aRunnerThatHasEndedKeepsNoClient() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let created = try await engine.create(fixture.request())
    _ = try await engine.ready(fixture.session)
    _ = try await engine.runner(of: created.reference)
    #expect(await engine.clientCount == 1)
    try await engine.suspend(created.reference)
    try await eventually("the client is let go of") { await engine.clientCount == 0 }
    _ = try await engine.runner(of: created.reference)
    #expect(await engine.clientCount == 0)
    try await engine.deleteAll()
  }
}
