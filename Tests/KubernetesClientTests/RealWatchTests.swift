import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import Synchronization
import Testing

private typealias Sandbox = AgentsV1Beta1.Sandbox

/// What a consumer holds after the changes that it was told.
private final class Follower: Sendable {
  struct State {
    var versions: [String: String] = [:]
    var log: [String] = []
    var complaints: [String] = []
    var lists = 0
  }

  private let state = Mutex(State())

  var now: State { state.withLock { $0 } }

  func follow(_ watch: ResourceWatch<Sandbox>) async {
    for await changes in watch {
      state.withLock { state in for change in changes { state.apply(change) } }
    }
  }

  func waits(for condition: @Sendable (State) -> Bool) async throws {
    while !condition(now) { try await Task.sleep(for: .milliseconds(10)) }
  }
}

extension Follower.State {
  fileprivate mutating func apply(_ change: WatchChange<Sandbox>) {
    switch change {
    case .added(let sandbox):
      if versions[sandbox.name] != nil { complaints.append("\(sandbox.name) was added twice") }
      versions[sandbox.name] = sandbox.metadata.resourceVersion
      log.append("+\(sandbox.name)")
    case .modified(let sandbox):
      let version = sandbox.metadata.resourceVersion
      if versions[sandbox.name] == nil { complaints.append("\(sandbox.name) was modified before it was added") }
      if versions[sandbox.name] == version { complaints.append("\(sandbox.name)@\(version) was told twice") }
      versions[sandbox.name] = version
      log.append("~\(sandbox.name)")
    case .deleted(let reference):
      if versions.removeValue(forKey: reference.name) == nil { complaints.append("\(reference.name) was never there") }
      log.append("-\(reference.name)")
    case .synced: lists += 1
    case .trouble(let error): log.append("! \(error)")
    case .recovered: break
    }
  }
}

@Suite("Watching a real API server", .timeLimit(.minutes(5)))
struct RealWatchTests {
  @Test("A watch that is let go of ends on the server, too")
  func endsOnTheServer() async throws {
    let plane = try await QuietCluster.shared()
    let api = try plane.api()
    let task = Task { for await _ in api.watch(ExtensionsV1Beta1.SandboxClaim.self, in: "default") {} }
    try await plane.waits(forWatchersOfClaims: 1)
    task.cancel()
    await task.value
    try await plane.waits(forWatchersOfClaims: 0)
    _ = try await api.serverVersion()
  }

  @Test("Changes are told in order, and an object that leaves the selection is gone")
  func follows() async throws {
    let space = try await TemporaryNamespace(QuietCluster.shared().api())
    _ = try await space.api.create(space.sandbox("a", labels: ["mine": "yes"]))
    _ = try await space.api.create(space.sandbox("foreign"))
    let follower = Follower()
    let task = Task {
      await follower.follow(space.api.watch(Sandbox.self, in: space.name, .init(labels: "mine=yes")))
    }
    try await follower.waits { $0.lists == 1 }
    _ = try await space.api.create(space.sandbox("b", labels: ["mine": "yes"]))
    _ = try await space.api.patch(Sandbox.self, "a", in: space.name, with: ["metadata": ["labels": ["x": "1"]]])
    _ = try await space.api.patch(Sandbox.self, "b", in: space.name, with: ["metadata": ["labels": ["mine": nil]]])
    try await space.api.delete(Sandbox.self, "a", in: space.name)
    try await follower.waits { $0.log.count == 5 }
    #expect(follower.now.log == ["+a", "+b", "~a", "-b", "-a"])
    #expect(follower.now.complaints.isEmpty)
    task.cancel()
    await task.value
  }

  @Test("The API server is killed and started again under a watch, and no change is lost or told twice")
  func survivesRestarts() async throws {
    let plane = try await ControlPlane.start(agentSandbox: .kinds)
    let space = try await TemporaryNamespace(plane.api())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<200 { group.addTask { _ = try await space.api.create(space.sandbox("s\(index)")) } }
      try await group.waitForAll()
    }
    let follower = Follower()
    let watcher = try plane.api()
    let task = Task { await follower.follow(watcher.watch(Sandbox.self, in: space.name)) }
    try await follower.waits { $0.versions.count == 200 }
    for round in 0..<3 {
      let patch: JSONObject = ["metadata": ["annotations": ["round": .string("\(round)")]]]
      for index in 0..<20 {
        _ = try await space.api.patch(Sandbox.self, "s\(index + round)", in: space.name, with: patch)
      }
      try await plane.stopAPIServer()
      try await plane.startAPIServer()
      try await space.api.delete(Sandbox.self, "s\(100 + round)", in: space.name)
      _ = try await space.api.create(space.sandbox("s\(100 + round)"))
      _ = try await space.api.create(space.sandbox("new\(round)"))
    }
    let truth = Dictionary(
      uniqueKeysWithValues: try await space.api.list(Sandbox.self, in: space.name).map {
        ($0.name, $0.metadata.resourceVersion)
      })
    #expect(truth.count == 203)
    try await follower.waits { $0.versions == truth }
    #expect(follower.now.complaints.isEmpty)
    // Each of the changed objects was told once for each change that could be seen.
    #expect(follower.now.log.filter { $0.hasPrefix("+new") } == ["+new0", "+new1", "+new2"])
    task.cancel()
    await task.value
    try await plane.stop()
  }

  @Test("A token that expires under a watch is renewed, and the watch goes on")
  func survivesExpiry() async throws {
    let plane = try await QuietCluster.shared()
    let space = try await TemporaryNamespace(plane.api())
    _ = try await space.api.create(space.sandbox("a"))
    var binding = RBACV1.RoleBinding(name: "w", namespace: space.name)
    binding.json["roleRef"] = ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"]
    binding.json["subjects"] = [["kind": "ServiceAccount", "name": "w", "namespace": .string(space.name)]]
    _ = try await space.api.create(binding)
    let token = try await plane.token(serviceAccount: "w", in: space.name)
    let follower = Follower()
    var timing = WatchTiming()
    timing.lifetime = .seconds(2)
    timing.pace = RetryPace(first: .milliseconds(10), longest: .milliseconds(100))
    let api = try plane.api(Tokens("stale", token))
    let task = Task { [timing] in await follower.follow(api.watch(Sandbox.self, in: space.name, timing: timing)) }
    try await follower.waits { $0.versions.count == 1 }
    _ = try await space.api.create(space.sandbox("b"))
    try await follower.waits { $0.versions.count == 2 }
    #expect(follower.now.complaints.isEmpty)
    task.cancel()
    await task.value
  }
}

extension TestCluster {
  /// No other test watches claims.
  fileprivate func waits(forWatchersOfClaims wanted: Int) async throws {
    while try await watchersOfClaims() != wanted { try await Task.sleep(for: .milliseconds(100)) }
  }

  /// As the server counts them.
  private func watchersOfClaims() async throws -> Int {
    let metrics = try await require("get", "--raw", "/metrics")
    let line = metrics.split(separator: "\n").first {
      $0.hasPrefix("apiserver_registered_watchers{") && $0.contains("kind=\"SandboxClaim\"")
    }
    return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
  }
}
