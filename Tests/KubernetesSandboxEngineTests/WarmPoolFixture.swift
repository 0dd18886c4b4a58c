import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// A team of its own on a real API server; the controllers of agent-sandbox and the kubelet are played.
struct WarmPoolFixture: Sendable {
  let api: KubernetesAPI
  let engine: KubernetesSandboxEngine
  let team: ResourceName

  init(
    _ cluster: ControlPlane? = nil, as administrator: KubernetesAPI? = nil,
    edit: (inout ClusterSettings) -> Void = { _ in }
  )
    async throws
  {
    let shared = if let cluster { cluster } else { try await ControlPlane.shared() }
    api = try shared.api()
    team = try ResourceName("w\(UInt32.random(in: 0...UInt32.max))")
    _ = try await api.create(CoreV1.Namespace(name: "paddock-\(team)"))
    var settings = Self.settings
    edit(&settings)
    engine = KubernetesSandboxEngine(administrator ?? api, settings: settings)
  }

  /// The controllers that are played share this machine with everything else.
  private static var settings: ClusterSettings {
    var settings = ManifestTests.settings
    settings.claimPatience = 80
    return settings
  }

  var namespace: String { "paddock-\(team)" }

  /// Another core on the same cluster.
  func anotherEngine(edit: (inout ClusterSettings) -> Void = { _ in }) -> KubernetesSandboxEngine {
    var settings = Self.settings
    edit(&settings)
    return KubernetesSandboxEngine(api, settings: settings)
  }

  func agent(pool size: Int, edit: (inout AgentSpec) -> Void = { _ in }) throws -> Agent {
    var agent = try ManifestTests.request().agent
    agent.team = team
    agent.spec.pod.warmPoolSize = size
    edit(&agent.spec)
    return agent
  }

  func request(_ agent: Agent, session: SessionID = .make(at: .now()), generation: Int = 1) -> SandboxRequest {
    SandboxRequest(session: session, generation: generation, agent: agent)
  }

  /// Keeps the pools of this team, and nothing may be in the way.
  func keep(_ agents: Agent...) async {
    #expect(await engine.keepWarmPools(of: agents, in: [team]) == [])
  }

  /// Members that wait and are ready.
  func members() async throws -> [AgentsV1Beta1.Sandbox] {
    let ofPools = ObjectSelector(labels: "agents.x-k8s.io/warm-pool-sandbox")
    return try await api.list(AgentsV1Beta1.Sandbox.self, in: namespace, ofPools).filter(\.isReady)
  }

  /// A pool of that many, all ready.
  func keepFilled(_ agent: Agent) async throws {
    await keep(agent)
    try await until("the pool is filled") { try await members().count == agent.spec.pod.warmPoolSize }
  }

  func all<Resource: KubernetesResource>(_ type: Resource.Type) async throws -> [Resource] {
    try await api.list(type, in: namespace)
  }

  func count<Resource: KubernetesResource>(_ type: Resource.Type) async throws -> Int {
    try await all(type).count
  }

  func shown(_ session: SessionID, where condition: (Sandbox) -> Bool) async throws -> Sandbox {
    var found: Sandbox?
    try await until("the sandbox is as it is waited for") {
      let own = try await engine.sandboxes().filter { $0.session == session }
      #expect(own.count <= 1)
      found = own.first(where: condition)
      return found != nil
    }
    return try #require(found)
  }
}

func until(_ what: Comment, _ condition: () async throws -> Bool) async throws {
  let end = ContinuousClock.now + .seconds(90)
  while try await !condition() {
    try #require(ContinuousClock.now < end, what)
    try await Task.sleep(for: .milliseconds(50))
  }
}
