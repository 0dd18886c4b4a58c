import ControlModel
import Testing

@Suite struct DiskPressureTests {
  private let mebibyte = Int64(1) << 20
  private let noon = Timestamp(microseconds: 1_000_000_000_000_000)

  private func space(_ total: Int64, free: Int64, files: Int64 = 0, freeFiles: Int64 = 0) -> VolumeSpace {
    VolumeSpace(
      place: "/data", total: total * mebibyte, free: free * mebibyte, files: files, freeFiles: freeFiles)
  }

  private func level(
    _ frees: [Int64], of total: Int64, missing: Int64 = 0
  ) -> [DiskLevel?] {
    var pressure = DiskPressure()
    return frees.map { free in
      pressure.look(at: [(space(total, free: free), missing * mebibyte)], now: noon)
      return pressure.status?.level
    }
  }

  @Test func linesSuitSmallAndLargeVolumes() {
    let small = DiskLines(bytes: 500 * mebibyte)
    #expect(
      [small.nearlyFull, small.atReserve, small.exhausted, small.reserve].map { $0 / mebibyte } == [100, 50, 25, 25])
    let usual = DiskLines(bytes: 250 << 30)
    #expect([usual.nearlyFull, usual.atReserve, usual.reserve].map { $0 / mebibyte } == [12_800, 2_048, 256])
    let large = DiskLines(bytes: 100 << 40)
    #expect([large.nearlyFull, large.atReserve, large.reserve].map { $0 / mebibyte } == [20_480, 2_048, 256])
    for total in [0, 1, 4096, Int64.max, -1] {
      let lines = DiskLines(bytes: total)
      #expect(lines.nearlyFull >= lines.atReserve && lines.atReserve >= lines.exhausted && lines.exhausted >= 0)
      #expect(lines.level(free: total, after: .ample) == .ample || total <= 0)
    }
  }

  @Test func aLevelIsLeftOnlyWithMoreRoomThanItBeganWith() {
    #expect(level([120, 99, 101, 124, 125], of: 500) == [.ample, .nearlyFull, .nearlyFull, .nearlyFull, .ample])
    #expect(
      level([10, 26, 32, 49, 51, 63], of: 500) == [
        .exhausted, .exhausted, .atReserve, .atReserve, .atReserve, .nearlyFull,
      ])
  }

  /// What the reserve gave is no room: agents that were frozen would go on, and take it.
  @Test func aReserveThatWasGivenUpIsNoRoom() {
    #expect(level([40], of: 500, missing: 25) == [.exhausted])
    let lines = DiskLines(bytes: 500 * mebibyte)
    #expect(lines.reserveStep(free: 12 * mebibyte, isThere: true) == .giveBack)
    #expect(lines.reserveStep(free: 13 * mebibyte, isThere: true) == .leave)
    #expect(lines.reserveStep(free: 80 * mebibyte, isThere: false) == .leave)
    #expect(lines.reserveStep(free: 90 * mebibyte, isThere: false) == .make)
  }

  @Test func filesRunOutLikeRoom() {
    var pressure = DiskPressure()
    pressure.look(at: [(space(500, free: 400, files: 100_000, freeFiles: 900), 0)], now: noon)
    #expect(pressure.status?.level == .exhausted && pressure.status?.lacksFiles == true)
    #expect(pressure.status?.summary.contains("hardly any more files") == true)
    pressure = DiskPressure()
    pressure.look(at: [(space(500, free: 400, files: 0, freeFiles: 0), 0)], now: noon)
    #expect(pressure.status?.level == .ample)
  }

  @Test func theFullestVolumeCountsAndSaysSinceWhen() {
    var pressure = DiskPressure()
    var other = space(500, free: 30)
    other.place = "/postgres"
    pressure.look(at: [(space(500, free: 400), 0), (other, 0)], now: noon)
    #expect(pressure.status?.place == "/postgres" && pressure.status?.level == .atReserve)
    pressure.look(at: [(space(500, free: 400), 0), (other, 0)], now: noon.advanced(bySeconds: 60))
    #expect(pressure.status?.since == noon)
    pressure.look(at: [], now: noon)
    #expect(pressure.status?.place == "/postgres", "what cannot be looked at is no room")
  }

  @Test func whoTakesMostRestsFirstAndAtTheEndAll() {
    let ids = (0..<5).map { _ in SessionID.make(at: noon) }
    let sizes: [SessionID: Int64?] = [ids[0]: 300, ids[1]: 1, ids[2]: 2, ids[3]: 3, ids[4]: nil]
    #expect(DiskPressure.resting(sizes, at: .nearlyFull).isEmpty)
    #expect(DiskPressure.resting(sizes, at: .atReserve) == [ids[0], ids[4]], "an unknown size counts as a large one")
    #expect(DiskPressure.resting(sizes, at: .exhausted) == Set(ids))
    let alike: [SessionID: Int64?] = [ids[0]: 7, ids[1]: 7]
    #expect(DiskPressure.resting(alike, at: .atReserve) == [ids[0], ids[1]])
    #expect(DiskPressure.resting([ids[0]: .max, ids[1]: .max, ids[2]: 0], at: .atReserve) == [ids[0], ids[1]])
  }

  @Test func theNextLookComesBeforeTheRoomCouldBeGone() {
    #expect(DiskPressure.pause(before: [space(500, free: 50)]) == 0.05)
    #expect(DiskPressure.pause(before: [space(100_000, free: 90_000)]) == 1)
    let pause = DiskPressure.pause(before: [space(500, free: 400), space(100_000, free: 90_000)])
    #expect(pause > 0.3 && pause < 0.4)
  }

  @Test func aWorkspaceIsBeyondItsLimitUntilItHasShrunk() {
    #expect(!DiskPressure.isBeyond(1000, bytes: 1000, wasBeyond: false))
    #expect(DiskPressure.isBeyond(1000, bytes: 1001, wasBeyond: false))
    #expect(DiskPressure.isBeyond(1000, bytes: 960, wasBeyond: true))
    #expect(!DiskPressure.isBeyond(1000, bytes: 950, wasBeyond: true))
  }

  @Test func aStatusIsReadAsItWasWritten() throws {
    var pressure = DiskPressure()
    pressure.look(at: [(space(500, free: 30), 0)], now: noon)
    pressure.note(frozen: 3)
    let status = try #require(pressure.status)
    #expect(DiskStatus(json: status.json) == status)
    #expect(status.summary == "the disk is full to its reserve: 30 MiB of 500 MiB are free on /data")
    #expect(DiskStatus(json: ["level": "melted"]) == nil)
    let absurd = DiskStatus(json: ["level": "exhausted", "free": -5, "total": JSONValue(1e300), "frozenAgents": "x"])
    #expect(absurd?.free == .zero && absurd?.frozen == 0)
    var engine = EngineStatus(engine: "local", since: noon)
    engine.disk = status
    #expect(EngineStatus(json: engine.json) == engine)
  }

  @Test func sizesAreWordsThatFit() {
    let words = [0, 1023, 1024, 10 * 1024, 1_572_864, Int64.max].map { DiskSize(steps: $0).description }
    #expect(words == ["0 B", "1023 B", "1.0 KiB", "10 KiB", "1.5 MiB", "8.0 PiB"])
  }

  @Test func aLimitOfTheDiskIsASize() throws {
    let spec = try AgentSpec(json: ["runtime": "exec", "limits": ["disk": 1_048_576]])
    #expect(spec.limits.disk == 1_048_576)
    #expect(try AgentSpec(json: spec.json) == spec)
    for text in ["512m", "1000", "0", "-1"] {
      let limits = DeclaredValue.Member(
        name: "limits",
        value: DeclaredValue(
          .map([.init(name: "disk", value: DeclaredValue(.scalar(text: text, value: .string(text))))])))
      let runtime = DeclaredValue.Member(
        name: "runtime", value: DeclaredValue(.scalar(text: "exec", value: "exec")))
      let declared = DeclaredValue(.map([runtime, limits]))
      #expect(throws: ControlFailure.self, "\(text)") { try AgentSpec(declared: declared) }
    }
  }

  @Test func whatIsPastItsTermIsSaid() throws {
    let team = try ResourceName("alpha")
    var session = Session(
      id: .make(at: noon), team: team, agent: team, runtime: .exec, title: "", desired: .running, generation: 1,
      state: .working, stateReason: "", stateSince: noon, events: 100, createdAt: noon)
    #expect(session.goneByTerm == nil)
    session.keptFrom = 42
    #expect(session.goneByTerm == "events 1 to 41 are gone: past the term of team 'alpha'")
    session.keptFrom = 101
    #expect(session.goneByTerm == "all 100 events are gone: past the term of team 'alpha'")
  }
}
