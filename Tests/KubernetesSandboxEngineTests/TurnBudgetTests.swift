import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import PaddockProgram
import Testing

@Suite(.timeLimit(.minutes(5))) struct TurnBudgetTests {
  private typealias Budget = PolicyV1Beta1.PodDisruptionBudget

  /// What a drain asks of the API server for each pod.
  private func evict(_ pod: String, in namespace: String) async throws -> ProgramRun {
    try await ControlPlane.shared().kubectl(
      "create", "--raw", "/api/v1/namespaces/\(namespace)/pods/\(pod)/eviction", "-f", "-",
      input: """
        {"apiVersion":"policy/v1beta1","kind":"Eviction","metadata":{"name":"\(pod)","namespace":"\(namespace)"}}
        """)
  }

  @Test func aDrainWaitsForASandboxThatIsHeldAndForNoOther() async throws {
    let fixture = try await WarmPoolFixture()
    let made = try await fixture.engine.create(fixture.request(fixture.agent(pool: 0)))
    let session = try #require(made.session)
    let sandbox = try await fixture.shown(session) { $0.isReady }
    #expect(try await fixture.engine.heldSince(sandbox) == nil)
    // To let go of what is not held asks nothing of the server.
    try await fixture.engine.setHeld(false, sandbox)

    try await fixture.engine.setHeld(true, sandbox)
    try await fixture.engine.setHeld(true, sandbox)
    let budget = try #require(try await fixture.all(Budget.self).first)
    #expect(budget.metadata.controller?.name == sandbox.reference.name, "it goes with its sandbox")
    #expect(budget.spec?["minAvailable"]?.integerValue == 1)
    let refused = try await evict(sandbox.reference.name, in: fixture.namespace)
    #expect(refused.status != 0 && refused.errors.contains("disruption budget"), "\(refused)")

    // The next core finds what this one has held, and lets go of it.
    let other = fixture.anotherEngine()
    _ = try await other.sandboxes()
    #expect(try await other.heldSince(sandbox) != nil)
    try await other.setHeld(false, sandbox)
    #expect(try await fixture.count(Budget.self) == 0)
    let evicted = try await evict(sandbox.reference.name, in: fixture.namespace)
    #expect(evicted.status == 0, "\(evicted)")
    await other.close()
    await fixture.engine.close()
  }

  @Test func aKilledSessionLeavesNoBudget() async throws {
    let fixture = try await WarmPoolFixture()
    let made = try await fixture.engine.create(fixture.request(fixture.agent(pool: 0)))
    let sandbox = try await fixture.shown(try #require(made.session)) { $0.isReady }
    try await fixture.engine.setHeld(true, sandbox)
    #expect(try await fixture.count(Budget.self) == 1)
    try await fixture.engine.delete(sandbox.reference)
    #expect(try await fixture.count(Budget.self) == 0)
    await fixture.engine.close()
  }

  /// Upstream since Kubernetes 1.21.
  @Test func aBudgetCountsTheOnePodOfItsSandbox() throws {
    let sandbox = AgentsV1Beta1.Sandbox(json: [
      "metadata": [
        "name": "fixer-1", "namespace": "paddock-research", "uid": "u",
        "labels": ["paddock.dev/session": "0190a0a0-0000-7000-8000-0123456789ab"],
      ]
    ])
    let pod = CoreV1.Pod(json: [
      "metadata": ["name": "fixer-1", "labels": ["agents.x-k8s.io/sandbox-name-hash": "abc"]]
    ])
    let budget = try #require(TurnBudget(sandbox: sandbox, pod: pod).object())
    #expect(budget.json["apiVersion"] == "policy/v1")
    #expect(budget.spec?["selector"] == ["matchLabels": ["agents.x-k8s.io/sandbox-name-hash": "abc"]])
    #expect(budget.spec?["unhealthyPodEvictionPolicy"] == "AlwaysAllow")
    let nameless = CoreV1.Pod(json: ["metadata": ["name": "fixer-1"]])
    #expect(TurnBudget(sandbox: sandbox, pod: nameless).object() == nil)
  }
}
