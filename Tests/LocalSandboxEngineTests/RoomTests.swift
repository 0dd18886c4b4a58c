import ControlModel
import Glibc
import ProcessIdentity
import Testing
import Volumes

@testable import LocalSandboxEngine

/// Real agents on a real small volume.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RoomTests {
  /// Looks as a core does, until the condition holds.
  private func looking(
    _ engine: LocalSandboxEngine, until what: String, _ condition: () async throws -> Bool
  ) async throws {
    let end = Timestamp.now().advanced(bySeconds: 60)
    while true {
      let pause = await engine.keepRoom(histories: [:])
      if try await condition() { return }
      let status = await engine.diskStatus()
      try #require(Timestamp.now() < end, "It did not come to pass that \(what): \(status?.summary ?? "?").")
      try await Task.sleep(for: .seconds(min(pause, 0.1)))
    }
  }

  private func looking(_ watch: RoomWatch, until what: String, _ condition: () async throws -> Bool) async throws {
    try await eventually(what, seconds: 30) {
      _ = await watch.look(histories: [:])
      return try await condition()
    }
  }

  private func frozen(_ engine: LocalSandboxEngine, _ session: SessionID) async throws -> Sandbox.Condition? {
    try await engine.sandboxes().first { $0.session == session }?.condition(Sandbox.Condition.frozen)
  }

  private func level(_ engine: LocalSandboxEngine) async -> DiskLevel? { await engine.diskStatus()?.level }

  private func bytes(of path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
  }

  /// Whether the file has grown within a third of a second.
  private func grows(_ path: String) async throws -> Bool {
    let before = bytes(of: path)
    for _ in 0..<15 {
      try await Task.sleep(for: .milliseconds(20))
      if bytes(of: path) != before { return true }
    }
    return false
  }

  private let ticking = "while :; do echo tick >> ticks; sleep 0.05; done"

  private func fill(_ path: String) {
    run(["/bin/sh", "-c", "dd if=/dev/zero of=\(path) bs=64k status=none 2>/dev/null || true"])
  }

  @Test func whoFillsTheVolumeIsFrozenAndTheOthersAreNot() async throws {
    let fixture = try EngineFixture(mebibytes: 400)
    let engine = try await fixture.engine()
    let quiet = SessionID.make(at: .now())
    var calm = try fixture.request(ticking, team: "marketing")
    calm.session = quiet
    _ = try await engine.create(calm)
    _ = try await engine.ready(quiet)
    _ = try await engine.create(
      fixture.request("while :; do head -c 3000000 /dev/zero >> fill; sleep 0.05; done"))
    let filler = try await engine.ready(fixture.session)
    let file = fixture.paths.volume + "/work/fill"
    let ticks = SessionPaths(dataDirectory: fixture.data, session: quiet).volume + "/work/ticks"

    try await looking(engine, until: "the disk is said to be nearly full") { await level(engine) ?? .ample > .ample }
    #expect(await engine.status().disk != nil)
    try await looking(engine, until: "the filler is frozen and the other one is not") {
      guard try await frozen(engine, fixture.session) != nil else { return false }
      return try await frozen(engine, quiet) == nil
    }
    let condition = try #require(try await frozen(engine, fixture.session))
    #expect(condition.reason == "DiskNearlyFull" && condition.message.contains("MiB are free on"), "\(condition)")
    #expect(try await !grows(file))
    try await eventually("it ticks") { try await grows(ticks) }
    let space = try #require(FileSystemSpace(at: fixture.data))
    #expect(space.free > 10 << 20, "there is room for the database: \(space)")
    try await looking(engine, until: "it is known who fills the disk") {
      await engine.greatestUses(limit: 8).first?.session == fixture.session
    }
    #expect(await engine.greatestUses(limit: 8).first?.team == (try ResourceName("engineering")))
    try await looking(engine, until: "the filler's runner has journalled it") { pauses(fixture) == ["runner.paused"] }

    // Killed while it is frozen, it does not come to write once more.
    let size = bytes(of: file)
    let began = ContinuousClock.now
    try await engine.suspend(filler.reference)
    #expect(ContinuousClock.now - began < .seconds(8))
    #expect(bytes(of: file) == size)
    try await engine.delete(filler.reference)
    try await engine.deleteVolume(of: fixture.session, team: try ResourceName("engineering"))
    try await looking(engine, until: "there is room") { await level(engine) == .ample }
    try await engine.deleteAll()
  }

  @Test func onAFullDiskTheReserveIsGivenUpAllAreFrozenAndCanBeEnded() async throws {
    let fixture = try EngineFixture(mebibytes: 200)
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request(ticking))
    let sandbox = try await engine.ready(fixture.session)
    let reserve = ReserveFile(in: fixture.data)
    try await looking(engine, until: "there is a reserve") { reserve.bytes > 5 << 20 }
    let ticks = fixture.paths.volume + "/work/ticks"
    fill(fixture.data + "/filler")
    #expect(FileSystemSpace(at: fixture.data)?.free ?? .max < 65_536)
    try await looking(engine, until: "the agent is frozen") { try await frozen(engine, fixture.session) != nil }
    #expect(reserve.bytes == 0)
    #expect(await level(engine) == .exhausted)
    #expect(try #require(FileSystemSpace(at: fixture.data)).free > 5 << 20, "the database has what was kept for it")
    #expect(try await !grows(ticks))
    // What was given up is no room: nobody goes on because of it.
    for _ in 0..<5 { _ = await engine.keepRoom(histories: [:]) }
    #expect(await level(engine) == .exhausted)

    // No sandbox is started now, and one is ended though not a byte can be written.
    await #expect(throws: ControlFailure.self) {
      var other = try fixture.request(ticking)
      other.session = .make(at: .now())
      _ = try await engine.create(other)
    }
    fill(fixture.data + "/filler2")
    #expect(FileSystemSpace(at: fixture.data)?.free ?? .max < 65_536)
    try? await engine.suspend(sandbox.reference)
    #expect(ProcessTree.processes { $0.contains(fixture.paths.configuration) }.isEmpty)
    try await engine.delete(sandbox.reference)

    unlink(fixture.data + "/filler")
    unlink(fixture.data + "/filler2")
    try await looking(engine, until: "the reserve is there again") { reserve.bytes > 5 << 20 }
    #expect(await level(engine) == .ample)
  }

  @Test func agentsGoOnWhenThereIsRoomEvenUnderAnotherCore() async throws {
    let fixture = try EngineFixture(mebibytes: 200)
    let ticks = fixture.paths.volume + "/work/ticks"
    do {
      let engine = try await fixture.engine()
      _ = try await engine.create(fixture.request(ticking))
      _ = try await engine.ready(fixture.session)
      fill(fixture.data + "/filler")
      try await looking(engine, until: "the agent is frozen") { try await frozen(engine, fixture.session) != nil }
      unlink(fixture.data + "/filler")
      try await looking(engine, until: "the agent goes on") {
        guard try await frozen(engine, fixture.session) == nil else { return false }
        return try await grows(ticks)
      }
      fill(fixture.data + "/filler")
      try await looking(engine, until: "the agent is frozen") { try await frozen(engine, fixture.session) != nil }
      await engine.close()
    }
    unlink(fixture.data + "/filler")
    let next = try await fixture.engine()
    try await looking(next, until: "the agent goes on under the next core") { try await grows(ticks) }
    try await next.deleteAll()
  }

  /// What the runner says of pauses, in the order in which it did.
  private func pauses(_ fixture: borrowing EngineFixture) -> [String] {
    (readText(fixture.paths.journal) ?? "").split(separator: "\n").compactMap { line in
      ["runner.paused", "runner.unpaused"].first { line.contains("\"\($0)\"") }
    }
  }

  @Test func withoutACgroupTheRunnerStopsItsAgent() async throws {
    let fixture = try EngineFixture(mebibytes: 200)
    let engine = try await fixture.engine()
    _ = try await engine.create(fixture.request("(\(ticking)) & \(ticking)"))
    _ = try await engine.ready(fixture.session)
    let ticks = fixture.paths.volume + "/work/ticks"
    try await eventually("it ticks") { bytes(of: ticks) > 0 }
    let watch = RoomWatch(
      dataDirectory: fixture.data, places: [], groups: ControlGroups(places: [:]), broadcast: ChangeBroadcast())
    _ = await watch.look(histories: [:])
    fill(fixture.data + "/filler")
    try await looking(watch, until: "the runner has stopped it") { pauses(fixture) == ["runner.paused"] }
    #expect(try await !grows(ticks))
    unlink(fixture.data + "/filler")
    try await looking(watch, until: "the runner lets it go on") {
      pauses(fixture) == ["runner.paused", "runner.unpaused"]
    }
    try await eventually("it ticks") { try await grows(ticks) }

    // One that does not answer has its agent stopped all the same, and let go on when it does again.
    let runner = try #require(await engine.load(fixture.paths)?.process)
    kill(runner.pid, SIGSTOP)
    fill(fixture.data + "/filler")
    try await looking(watch, until: "the agent is stopped") { try await !grows(ticks) }
    #expect(ProcessTree.areDescendantsStopped(of: runner.pid))
    kill(runner.pid, SIGCONT)
    unlink(fixture.data + "/filler")
    try await looking(watch, until: "the agent goes on") { try await grows(ticks) }
    try await engine.deleteAll()
  }

  @Test func aWorkspaceBeyondItsLimitRestsUntilItHasShrunk() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let script = "head -c 12000000 /dev/zero > big; \(ticking)"
    _ = try await engine.create(fixture.request(script) { $0.limits.disk = 8_388_608 })
    let sandbox = try await engine.ready(fixture.session)
    let limits = try #require(sandbox.condition("LimitsEnforced"))
    // Where the file system limits by itself, the agent is told no instead: that has a test with a kernel that does.
    guard !ProjectQuota.isOffered(at: fixture.data) else { return try await engine.deleteAll() }
    #expect(!limits.isTrue && limits.reason == "NoProjectQuota" && limits.message.contains("counts"), "\(limits)")
    #expect(await engine.capabilities().facts.contains { $0.name == "disk limit" && !$0.isFine })
    try await looking(engine, until: "the agent is frozen") { try await frozen(engine, fixture.session) != nil }
    let condition = try #require(try await frozen(engine, fixture.session))
    #expect(condition.reason == "WorkspaceBeyondLimit" && condition.message.contains("8.0 MiB"), "\(condition)")
    let ticks = fixture.paths.volume + "/work/ticks"
    #expect(try await !grows(ticks))
    unlink(fixture.paths.volume + "/work/big")
    try await looking(engine, until: "the agent goes on") {
      guard try await frozen(engine, fixture.session) == nil else { return false }
      return try await grows(ticks)
    }
    try await engine.deleteAll()
  }
}
