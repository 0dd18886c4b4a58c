import ControlModel
import Glibc
import ProcessIdentity
import Testing

@testable import LocalSandboxEngine

@Suite struct LimitTests {
  private let limits = AgentSpec.Limits(cpu: 0.5, memory: 67_108_864, processes: 10)

  @Test func whatIsWrittenForVersionOne() {
    let groups = ControlGroups(places: [
      .memory: .init(version: .first, directory: "/m"), .pids: .init(version: .first, directory: "/p"),
      .cpu: .init(version: .first, directory: "/c"),
    ])
    let plan = groups.plan(for: limits, name: "x", jailProcesses: 3)
    #expect(plan.unenforced.isEmpty)
    #expect(plan.groups.map(\.members) == ["/m/x/cgroup.procs", "/p/x/cgroup.procs", "/c/x/cgroup.procs"])
    let written = plan.groups.flatMap(\.settings).map { "\($0.file)=\($0.value)" }
    #expect(
      written == [
        "memory.limit_in_bytes=67108864", "memory.memsw.limit_in_bytes=67108864", "pids.max=13",
        "cpu.cfs_period_us=100000", "cpu.cfs_quota_us=50000",
      ])
  }

  @Test func versionTwoHasOneGroup() {
    let place = ControlGroups.Place(version: .second, directory: "/g")
    let groups = ControlGroups(places: [.memory: place, .pids: place, .cpu: place])
    let plan = groups.plan(for: limits, name: "x", jailProcesses: 2)
    #expect(plan.groups.map(\.directory) == ["/g/x"])
    #expect(plan.groups.flatMap(\.settings).map(\.file) == ["memory.max", "memory.swap.max", "pids.max", "cpu.max"])
  }

  /// What a former version took in is a number that the kernel takes, and nothing overflows on the way.
  @Test func theLargestLimitsAreNumbers() throws {
    let text = #"{"runtime":"exec","limits":{"cpu":100000000000000,"memory":9e14,"processes":9e14}}"#
    let spec = try AgentSpec(json: JSONValue(parsing: text).objectValue ?? [:])
    let place = ControlGroups.Place(version: .second, directory: "/g")
    let plan = ControlGroups(places: [.memory: place, .pids: place, .cpu: place])
      .plan(for: spec.limits, name: "x", jailProcesses: .max)
    let written = plan.groups.flatMap(\.settings).map { "\($0.file)=\($0.value)" }
    #expect(
      written == [
        "memory.max=900000000000000", "memory.swap.max=0", "pids.max=4194304", "cpu.max=10000000000 100000",
      ])
  }

  @Test func whatCannotBeEnforcedIsSaidPlainly() {
    let plan = ControlGroups(places: [:]).plan(for: limits, name: "x", jailProcesses: 2)
    #expect(plan.groups.isEmpty)
    #expect(
      plan.unenforced == [
        "memory limit not enforced: no writable cgroup.", "process limit not enforced: no writable cgroup.",
        "CPU limit not enforced: no writable cgroup.",
      ])
  }

  @Test func placesAreFoundOnBothVersions() {
    let first = ControlGroups.candidates(
      .memory, mounts: "cgroup /c/memory cgroup rw,memory 0 0\ncgroup2 /c/unified cgroup2 rw 0 0",
      own: "4:memory:/a/b\n0::/", isRoot: true)
    #expect(first.map(\.directory) == ["/c/memory/a/b/paddock", "/c/memory/paddock"])
    let second = ControlGroups.candidates(
      .memory, mounts: "cgroup2 /c cgroup2 rw 0 0", own: "0::/user.slice/app.slice/x.scope", isRoot: false)
    #expect(
      second.map(\.directory) == ["/c/user.slice/app.slice/paddock", "/c/user.slice/app.slice/x.scope/paddock"])
    #expect(ControlGroups.candidates(.memory, mounts: "", own: "", isRoot: true).isEmpty)
  }

  /// Where the machine has no group to write to, the sandbox has to say so: one of the two is always tested.
  @Test func processesAndMemoryAreLimitedOrItIsSaid() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    let script = """
      n=0; while [ $n -lt 60 ]; do sleep 1000 & n=$((n + 1)); done 2> errors
      jobs -p | wc -l > count.new; mv count.new count; exec sleep 1000
      """
    let memory = "head -c 200000000 /dev/zero | tail -c 199000000 > /dev/null; echo $? > fate.new; mv fate.new fate"
    _ = try await engine.create(
      fixture.request("(\(memory)); (\(script)); exec sleep 1000") {
        $0.limits = AgentSpec.Limits(memory: 67_108_864, processes: 20)
      })
    let sandbox = try await engine.ready(fixture.session)
    let condition = try #require(sandbox.condition("LimitsEnforced"))
    let places = engine.machine.groups.places
    #expect(condition.isTrue == (places[.memory] != nil && places[.pids] != nil))
    if places[.memory] == nil { #expect(condition.message.contains("memory limit not enforced: no writable cgroup")) }
    if places[.pids] == nil { #expect(condition.message.contains("process limit not enforced: no writable cgroup")) }
    if places[.memory] != nil { #expect(try await fixture.file("fate") != "0\n") }
    if let place = places[.pids] {
      let group = "\(place.directory)/\(sandbox.reference.uid)"
      #expect(readText("\(group)/pids.max") == "\(20 + engine.machine.jailProcesses)\n")
      // The kernel counts the starts that it refused.
      try await eventually("the process limit is met") { readText("\(group)/pids.events") != "max 0\n" }
    }
    try await engine.deleteAll()
    for place in places.values { #expect(!exists("\(place.directory)/\(sandbox.reference.uid)")) }
  }

  /// The kernel tells the process itself nothing but SIGKILL.
  @Test func anEndByTheMemoryLimitSaysSo() async throws {
    let fixture = try EngineFixture()
    let engine = try await fixture.engine()
    guard engine.machine.groups.places[.memory] != nil else { return }
    _ = try await engine.create(
      fixture.request("head -c 200000000 /dev/zero | tail -c 199000000 > /dev/null; exit $?") {
        $0.limits = AgentSpec.Limits(memory: 67_108_864)
      })
    try await eventually("the journal tells of the end") {
      readText(fixture.paths.journal)?.contains("it went over its memory limit") == true
    }
    try await engine.deleteAll()
  }

  @Test func whereTheKernelCountsWhomItKilledForMemory() throws {
    for (version, file) in [(ControlGroups.Version.first, "memory.oom_control"), (.second, "memory.events")] {
      let groups = ControlGroups(places: [
        .memory: .init(version: version, directory: "/m"), .pids: .init(version: version, directory: "/p"),
      ])
      #expect(groups.plan(for: limits, name: "x", jailProcesses: 0).memoryEvents == "/m/x/\(file)")
    }
    #expect(ControlGroups(places: [:]).plan(for: limits, name: "x", jailProcesses: 0).memoryEvents == nil)
  }

  @Test func aMachineSaysWhatItCanDo() async throws {
    let fixture = try EngineFixture()
    let capabilities = try await fixture.engine().capabilities()
    #expect(capabilities.canRun)
    #expect(capabilities.facts.contains { $0.name == "jail" && $0.isFine })
  }

  @Test func teamsGetUsersOfTheirOwn() throws {
    let one = AgentUser.id(of: try ResourceName("engineering"))
    #expect(one != AgentUser.id(of: try ResourceName("marketing")))
    #expect(AgentUser.range.contains(one))
    #expect(AgentUser.narrowRange.contains(AgentUser.id(of: try ResourceName("engineering"), highestMapped: 65_535)))
    #expect(AgentUser.highestMapped(uidMap: "         0          0 4294967295\n") == 4_294_967_294)
    #expect(AgentUser.highestMapped(uidMap: "0 100000 65536\n") == 65_535)
  }
}
