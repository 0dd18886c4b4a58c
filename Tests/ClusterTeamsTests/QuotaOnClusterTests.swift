import ClusterSupport
import ClusterTeams
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// On a control plane that counts what is used. Its controller of agent-sandbox is played.
@Suite struct QuotaOnClusterTests {
  @Test func aSessionBeyondTheQuotaOfItsTeamSaysSoInTheWordsOfTheCluster() async throws {
    let cluster = try await ControlPlane.start(controllers: ["resourcequota"])
    let fixture = try await ClusterFixture(on: cluster, quota: "pods=1")
    #expect(await fixture.provisioner.keep(fixture.team).isInStep)
    try await eventually("the quota counts") {
      try await fixture.api.get(CoreV1.ResourceQuota.self, "paddock", in: fixture.namespace).used["pods"] == "0"
    }
    let settings = ClusterSettings(runnerImage: "registry.example/runner:1", agentImage: "registry.example/agent:1")
    let engine = KubernetesSandboxEngine(fixture.api, settings: settings)
    let first = try await engine.create(request(of: fixture.team))
    try await eventually("the first is ready") {
      try await engine.sandboxes().first { $0.session == first.session }?.isReady == true
    }
    let second = try await engine.create(request(of: fixture.team))
    let words = "exceeded quota: paddock, requested: pods=1, used: pods=1, limited: pods=1"
    try await eventually("the second tells of the quota") {
      let sandbox = try await engine.sandboxes().first { $0.session == second.session }
      return sandbox?.condition("Ready")?.message.contains(words) == true
    }
    await engine.close()
    try await cluster.stop()
  }

  private func request(of team: Team) throws -> SandboxRequest {
    let agent = Agent(
      team: team.name, name: try ResourceName("fixer"), spec: AgentSpec(runtime: .claudeCode), revision: 1,
      createdAt: .now(), updatedAt: .now())
    return SandboxRequest(session: .make(at: .now()), generation: 1, agent: agent)
  }

  private func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while try await !condition() {
      try #require(ContinuousClock.now < end, what)
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
