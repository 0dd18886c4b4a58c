import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct WarmPoolKeepingTests {
  private typealias Template = ExtensionsV1Beta1.SandboxTemplate
  private typealias Pool = ExtensionsV1Beta1.SandboxWarmPool

  @Test func aPoolIsFilledWithPodsThatHoldNoSecret() async throws {
    let fixture = try await WarmPoolFixture()
    try await fixture.keepFilled(fixture.agent(pool: 2))
    let template = try #require(try await fixture.all(Template.self).first)
    let pool = try #require(try await fixture.all(Pool.self).first)
    #expect(pool.templateName == template.name && pool.replicas == 2)
    #expect(template.networkPolicyManagement == "Unmanaged")
    let pod = try #require(try await fixture.all(CoreV1.Pod.self).first)
    #expect(pod.metadata.labels["paddock.dev/network"] == "none")
    #expect(pod.metadata.labels["app.kubernetes.io/managed-by"] == "paddock")
    let secret = try #require(try await fixture.all(CoreV1.Secret.self).first)
    let key = String(decoding: try #require(secret.value("handover-key")), as: UTF8.self)
    #expect(!key.isEmpty)
    for text in [JSONValue.object(pod.json).text, JSONValue.object(template.json).text] {
      #expect(!text.contains(key) && !text.contains("secretKeyRef"))
    }
    #expect(try await fixture.engine.sandboxes().allSatisfy { $0.reference.team != fixture.team })
    await fixture.engine.close()
  }

  @Test func whatWaitsGivesWayToASessionThatFindsNoRoom() async throws {
    let fixture = try await WarmPoolFixture { $0.roomPatience = 0 }
    let agent = try fixture.agent(pool: 2)
    try await fixture.keepFilled(agent)
    let crowded = try fixture.agent(pool: 0) { $0.pod.nodeSelector = ["disk": "none-has-it"] }
    let made = try await fixture.engine.create(fixture.request(crowded))
    _ = try await fixture.shown(try #require(made.session)) { $0.condition("Ready")?.reason == "Unschedulable" }
    await fixture.keep(agent)
    #expect(try await fixture.all(Pool.self).map(\.replicas) == [0])
    try await until("the pool is empty") { try await fixture.members().isEmpty }
    // One that never finds room keeps it empty for a while only.
    let impatient = fixture.anotherEngine { ($0.roomPatience, $0.poolPatience) = (0, 0) }
    _ = try await impatient.sandboxes()
    #expect(await impatient.keepWarmPools(of: [agent], in: [fixture.team]) == [])
    #expect(try await fixture.all(Pool.self).map(\.replicas) == [2])
    await impatient.close()
    await fixture.engine.close()
  }

  /// Every pod whose volume is still to be bound is unschedulable for a moment.
  @Test func whatWaitsDoesNotGiveWayAtOnce() async throws {
    let fixture = try await WarmPoolFixture { $0.roomPatience = 3600 }
    let agent = try fixture.agent(pool: 1)
    try await fixture.keepFilled(agent)
    let crowded = try fixture.agent(pool: 0) { $0.pod.nodeSelector = ["disk": "none-has-it"] }
    let made = try await fixture.engine.create(fixture.request(crowded))
    _ = try await fixture.shown(try #require(made.session)) { $0.condition("Ready")?.reason == "Unschedulable" }
    await fixture.keep(agent)
    #expect(try await fixture.all(Pool.self).map(\.replicas) == [1])
    await fixture.engine.close()
  }

  @Test func whatSomebodyChangesIsPutRightAndNothingElseIsWritten() async throws {
    let fixture = try await WarmPoolFixture()
    let agent = try fixture.agent(pool: 1)
    await fixture.keep(agent)
    let (template, pool) = (try await fixture.all(Template.self)[0], try await fixture.all(Pool.self)[0])
    let versions = { [fixture] () async throws -> [String] in
      try await fixture.all(Template.self).map(\.spec.hashValue.description)
        + fixture.all(Pool.self).map {
          "\($0.metadata.generation ?? 0)"
        }
    }
    let before = try await versions()
    await fixture.keep(agent)
    #expect(try await versions() == before)

    _ = try await fixture.api.patch(Pool.self, pool.name, in: fixture.namespace, with: ["spec": ["replicas": 7]])
    _ = try await fixture.api.patch(
      Template.self, template.name, in: fixture.namespace, with: ["spec": ["networkPolicyManagement": "Managed"]])
    await fixture.keep(agent)
    #expect(try await fixture.all(Pool.self).map(\.replicas) == [1])
    #expect(try await fixture.all(Template.self).map(\.networkPolicyManagement) == ["Unmanaged"])

    try await fixture.api.delete(Pool.self, pool.name, in: fixture.namespace)
    try await fixture.api.delete(CoreV1.Secret.self, pool.name, in: fixture.namespace)
    await fixture.keep(agent)
    #expect(try await fixture.count(Pool.self) == 1)
    #expect(try await fixture.count(CoreV1.Secret.self) == 1)
    await fixture.engine.close()
  }

  @Test func anotherDeclarationOfThePodRollsThePool() async throws {
    let fixture = try await WarmPoolFixture()
    try await fixture.keepFilled(fixture.agent(pool: 1))
    let first = try await fixture.all(Pool.self).map(\.name)
    // What a session is told when it is handed over makes no other pod.
    await fixture.keep(try fixture.agent(pool: 1) { $0.prompt = "Another prompt." })
    #expect(try await fixture.all(Pool.self).map(\.name) == first)

    await fixture.keep(try fixture.agent(pool: 1) { $0.pod.image = "registry.example/agent:2" })
    let second = try await fixture.all(Pool.self).map(\.name)
    #expect(second.count == 1 && second != first)
    #expect(try await fixture.all(Template.self).map(\.name) == second)
    try await until("only members of the new pool are left") {
      let members = try await fixture.all(AgentsV1Beta1.Sandbox.self)
      return members.count == 1 && JSONValue.object(members[0].json).text.contains("registry.example/agent:2")
    }
    await fixture.engine.close()
  }

  @Test(arguments: [true, false]) func thePoolGoesWithItsAgentOrItsSize(isDeleted: Bool) async throws {
    let fixture = try await WarmPoolFixture()
    try await fixture.keepFilled(fixture.agent(pool: 1))
    if isDeleted { await fixture.keep() } else { await fixture.keep(try fixture.agent(pool: 0)) }
    #expect(try await fixture.count(Pool.self) == 0)
    #expect(try await fixture.count(Template.self) == 0)
    #expect(try await fixture.count(CoreV1.Secret.self) == 0)
    try await until("its members are gone") { try await fixture.count(AgentsV1Beta1.Sandbox.self) == 0 }
    try await until("their pods are gone") { try await fixture.count(CoreV1.Pod.self) == 0 }
    await fixture.engine.close()
  }

  @Test func thePoolsOfTeamsThatAreNotThisCoresAreLeftAlone() async throws {
    let (fixture, other) = (try await WarmPoolFixture(), try await WarmPoolFixture())
    await other.keep(try other.agent(pool: 1))
    #expect(await fixture.engine.keepWarmPools(of: [], in: [fixture.team]) == [])
    #expect(try await other.all(Pool.self).count == 1)
    await fixture.engine.close()
    await other.engine.close()
  }

  @Test func aClaimWhoseSandboxIsNoSessionsIsGivenUp() async throws {
    let fixture = try await WarmPoolFixture { $0.strayClaimAge = 0 }
    let agent = try fixture.agent(pool: 2)
    try await fixture.keepFilled(agent)
    let started = try await fixture.engine.create(fixture.request(agent))
    let pool = try await fixture.all(Pool.self)[0]
    _ = try await fixture.api.create(
      ExtensionsV1Beta1.SandboxClaim(
        name: "stray", namespace: fixture.namespace, labels: ["app.kubernetes.io/managed-by": "paddock"],
        spec: ["warmPoolRef": ["name": .string(pool.name)]]))
    try await until("it is given up, and the session's stays") {
      await fixture.keep(agent)
      return try await fixture.all(ExtensionsV1Beta1.SandboxClaim.self).count == 1
    }
    _ = try await fixture.shown(try #require(started.session)) { $0.reference == started.reference }
    await fixture.engine.close()
  }

  @Test func aClusterWithoutTheExtensionsIsToldOfOnlyWhereAPoolIsWanted() async throws {
    let cluster = try await ControlPlane.start(agentSandbox: .kinds)
    try await cluster.require(
      "delete", "crd", "sandboxtemplates.extensions.agents.x-k8s.io", "sandboxwarmpools.extensions.agents.x-k8s.io",
      "sandboxclaims.extensions.agents.x-k8s.io")
    let fixture = try await WarmPoolFixture(cluster)
    await fixture.keep(try fixture.agent(pool: 0))
    let agent = try fixture.agent(pool: 1)
    let troubles = await fixture.engine.keepWarmPools(of: [agent], in: [fixture.team])
    #expect(troubles.map(\.agent) == [agent.name])
    #expect(troubles.first?.message.contains("install agent-sandbox's extensions") == true)
    let cold = try await fixture.engine.create(fixture.request(agent))
    #expect(cold.condition("WarmStart")?.reason == "ExtensionMissing")
    await fixture.engine.close()
    try await cluster.stop()
  }
}
