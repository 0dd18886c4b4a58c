import ControlCore
import ControlModel
import Logging
import SessionHistory
import Synchronization
import Testing

/// When warm pools are kept, on a real database.
@Suite(.timeLimit(.minutes(2))) struct WarmPoolTests {
  @Test func theCoreKeepsThePoolsOfWhatIsDeclared() async throws {
    try await SharedCores.with(sessions: 0) { cores in
      let team = try #require(try await cores.store.teams().first?.name)
      let name = try ResourceName("pooled")
      let keeper = KeepingEngine()
      var settings = CoreSettings(holder: "core")
      settings.sharesSessions = true
      let core = ControlCore(
        store: cores.store, engine: keeper, settings: settings,
        logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      let loop = Task { await core.run() }
      var spec = AgentSpec(runtime: .exec, command: ["true"])
      spec.pod.warmPoolSize = 2
      _ = try await cores.store.applyAgent(name, of: team, spec: spec, actor: "root")
      try await until { keeper.last?.sizes[name] == 2 && keeper.last?.teams == [team] }
      spec.pod.warmPoolSize = 3
      _ = try await cores.store.applyAgent(name, of: team, spec: spec, actor: "root")
      try await until { keeper.last?.sizes[name] == 3 }
      // What could not be kept is tried again though nothing was declared anew.
      keeper.state.withLock { ($0.isInTrouble, $0.calls) = (true, []) }
      spec.pod.warmPoolSize = 4
      _ = try await cores.store.applyAgent(name, of: team, spec: spec, actor: "root")
      try await until { keeper.state.withLock { $0.calls.count { $0.sizes[name] == 4 } >= 2 } }
      try await cores.store.deleteAgent(name, of: team, actor: "root", reason: nil)
      try await until { keeper.last.map { $0.sizes[name] == nil } ?? false }
      loop.cancel()
      await loop.value
    }
  }
}

/// Has no sandboxes, and notes what pools it was told to keep.
private final class KeepingEngine: SandboxEngine, WarmPoolKeeper {
  struct Call {
    var sizes: [ResourceName: Int]
    var teams: [ResourceName]
  }

  struct State {
    var calls: [Call] = []
    var isInTrouble = false
  }

  let name = "keeping"
  let isShared = true
  let state = Mutex(State())

  var last: Call? { state.withLock { $0.calls.last } }

  func keepWarmPools(of agents: [Agent], in teams: [ResourceName]) async -> [WarmPoolTrouble] {
    let sizes = Dictionary(agents.map { ($0.name, $0.spec.pod.warmPoolSize) }) { first, _ in first }
    return state.withLock { state in
      state.calls.append(Call(sizes: sizes, teams: teams))
      return state.isInTrouble ? agents.map { WarmPoolTrouble(agent: $0, message: "It is in trouble.") } : []
    }
  }

  private var notHere: ControlFailure { ControlFailure(.unsupported, "It can do nothing but keep pools.") }

  func sandboxes() async throws(ControlFailure) -> [Sandbox] { [] }
  func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox { throw notHere }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) { throw notHere }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) { throw notHere }
  func delete(_ reference: SandboxReference) async throws(ControlFailure) { throw notHere }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) { throw notHere }
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }
  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection { throw notHere }
}
