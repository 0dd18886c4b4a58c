import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

/// Ending all sandboxes where nothing can be written. The disks are real ones, which only root can mount.
@Suite struct EndingTests {
  private func start(_ fixture: borrowing EngineFixture) async throws -> [ProcessIdentity] {
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request())
    _ = try await engine.ready(fixture.session)
    _ = try await fixture.file("here")
    let runner = try #require(await engine.load(fixture.paths)?.process)
    await engine.close()
    return [runner] + ProcessTree.descendants(of: runner.pid)
  }

  private func endAll(_ fixture: borrowing EngineFixture) async throws -> EndedSandboxes {
    let engine = try LocalSandboxEngine(
      .init(dataDirectory: fixture.data, runner: EngineFixture.runner, makesDirectories: false))
    return await engine.endAll()
  }

  @Test func whatRunsIsEndedAndRecordedAsSuspended() async throws {
    let fixture = try EngineFixture()
    let processes = try await start(fixture)
    let ended = try await endAll(fixture)
    #expect(ended.count == 1 && ended.problems.isEmpty && ended.survivors.isEmpty)
    #expect(processes.count > 1 && processes.allSatisfy { !$0.isAlive })
    let later = try await fixture.engine()
    #expect(try await later.sandboxes().first?.condition("Suspended")?.isTrue == true)
    #expect(try await endAll(fixture).count == 0)
    try await later.deleteAll()
  }

  @Test func aFullDiskKeepsNoAgentAtWork() async throws {
    try #require(geteuid() == 0, "only root mounts a file system")
    let fixture = try EngineFixture()
    let data = fixture.data
    try #require(mkdir(data, 0o755) == 0 || errno == EEXIST)
    try #require(run(["/bin/mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "tmpfs", data]) == 0)
    let processes = try await start(fixture)
    #expect(run(["/bin/dd", "if=/dev/zero", "of=\(data)/filler", "bs=4k", "status=none"]) != 0)
    let ended = try await endAll(fixture)
    #expect(processes.allSatisfy { !$0.isAlive } && ended.count == 1)
    #expect(ended.problems.contains { $0.contains("No space left on device") }, "\(ended.problems)")
    // With room again, it is as after a crash.
    unlink(data + "/filler")
    let later = try await fixture.engine()
    #expect(try await later.sandboxes().count == 1)
    try await later.deleteAll()
    #expect(run(["/bin/umount", "-l", data]) == 0)
  }

  @Test func aReadOnlyDiskKeepsNoAgentAtWork() async throws {
    try #require(geteuid() == 0, "only root mounts a file system")
    let fixture = try EngineFixture()
    let data = fixture.data
    let processes = try await start(fixture)
    try #require(run(["/bin/mount", "--bind", data, data]) == 0)
    #expect(run(["/bin/mount", "-o", "remount,bind,ro", data]) == 0)
    let ended = try await endAll(fixture)
    #expect(run(["/bin/umount", "-l", data]) == 0)
    #expect(processes.allSatisfy { !$0.isAlive } && ended.count == 1)
    #expect(ended.problems.contains { $0.contains("Read-only file system") }, "\(ended.problems)")
  }

  @Test func aRunnerWhoseRecordIsGoneIsEndedToo() async throws {
    for isFolderGone in [false, true] {
      let fixture = try EngineFixture()
      let processes = try await start(fixture)
      try replaceFile(fixture.paths.record, with: [])
      if isFolderGone { try #require(rename(fixture.paths.root, fixture.directory + "/away") == 0) }
      let ended = try await endAll(fixture)
      #expect(processes.allSatisfy { !$0.isAlive } && ended.survivors.isEmpty)
    }
  }
}
