import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct WarmStartTests {
  private typealias Claim = ExtensionsV1Beta1.SandboxClaim

  @Test func aSessionGetsASandboxThatWaitsAndThePoolIsFilledAgain() async throws {
    let fixture = try await WarmPoolFixture()
    let agent = try fixture.agent(pool: 2)
    try await fixture.keepFilled(agent)
    let waiting = Dictionary(try await fixture.all(CoreV1.Pod.self).map { ($0.name, $0.metadata.uid) }) { $1 }
    let request = fixture.request(agent)
    let made = try await fixture.engine.create(request)
    #expect(waiting[made.reference.name] != nil)
    #expect(made.condition("WarmStart")?.isTrue == true)
    let again = try await fixture.engine.create(request)
    #expect(again.reference == made.reference)

    _ = try await fixture.shown(request.session) { $0.isReady }
    let pod = try await fixture.api.get(CoreV1.Pod.self, made.reference.name, in: fixture.namespace)
    #expect(pod.metadata.uid == waiting[pod.name])
    let claim = try #require(try await fixture.all(Claim.self).first)
    #expect(claim.spec?["env"] == nil && claim.metadata.labels["paddock.dev/session"] == request.session.text)
    try await until("the pool is filled again") { try await fixture.members().count == 2 }
    await fixture.engine.close()
  }

  @Test func fromItsNextPodOnItIsLikeAnySandboxOfASession() async throws {
    let fixture = try await WarmPoolFixture()
    let agent = try fixture.agent(pool: 1)
    try await fixture.keepFilled(agent)
    let request = fixture.request(agent)
    let made = try await fixture.engine.create(request)
    let volume = try await volumes(fixture, of: made)
    #expect(volume.count == 1)

    try await fixture.engine.suspend(made.reference)
    _ = try await fixture.shown(request.session) { $0.condition("Suspended")?.isTrue == true }
    try await fixture.engine.resume(made.reference)
    _ = try await fixture.shown(request.session) { $0.isReady }
    #expect(try await runner(fixture, of: made) == ["--generation", "1", "\(made.reference.name)-runner"])

    try await fixture.engine.delete(made.reference)
    #expect(try await fixture.engine.sandboxes().allSatisfy { $0.session != request.session })
    let next = try await fixture.engine.create(
      fixture.request(agent, session: request.session, generation: 2))
    #expect(next.reference.name == made.reference.name && next.reference.uid != made.reference.uid)
    #expect(next.condition("WarmStart") == nil)
    _ = try await fixture.shown(request.session) { $0.isReady && $0.generation == 2 }
    #expect(try await runner(fixture, of: made) == ["--generation", "2", "\(made.reference.name)-runner"])
    #expect(try await volumes(fixture, of: made) == volume)
    await #expect {
      try await fixture.engine.suspend(made.reference)
    } throws: { ($0 as? ControlFailure)?.code == .conflict }

    try await fixture.engine.delete(next.reference)
    // The pool's own are not the session's.
    await fixture.keep()
    try await fixture.engine.deleteVolume(of: request.session, team: fixture.team)
    try await until("nothing is left of it") {
      let objects = try await [fixture.count(Claim.self), fixture.count(AgentsV1Beta1.Sandbox.self)]
      let parts = try await [fixture.count(CoreV1.Pod.self), fixture.count(CoreV1.Secret.self)]
      return try await (objects + parts + [fixture.count(CoreV1.PersistentVolumeClaim.self)]).allSatisfy { $0 == 0 }
    }
    await fixture.engine.close()
  }

  @Test func aRestartOfASessionWhosePoolIsGoneFindsItsSandbox() async throws {
    let fixture = try await WarmPoolFixture()
    let agent = try fixture.agent(pool: 1)
    try await fixture.keepFilled(agent)
    let request = fixture.request(agent)
    let made = try await fixture.engine.create(request)
    let without = try fixture.agent(pool: 0)
    await fixture.keep(without)
    await #expect {
      try await fixture.engine.create(fixture.request(without, session: request.session, generation: 2))
    } throws: { ($0 as? ControlFailure)?.code == .conflict }
    try await fixture.engine.delete(made.reference)
    let next = try await fixture.engine.create(fixture.request(without, session: request.session, generation: 2))
    #expect(next.reference.name == made.reference.name)
    _ = try await fixture.shown(request.session) { $0.isReady }
    await fixture.engine.close()
  }

  @Test func twoCoresThatStartASessionAtOnceMakeOneSandbox() async throws {
    let fixture = try await WarmPoolFixture()
    let agent = try fixture.agent(pool: 2)
    try await fixture.keepFilled(agent)
    let engines = [fixture.engine, fixture.anotherEngine(), fixture.anotherEngine()]
    let requests = (0..<4).map { _ in fixture.request(agent) }
    let made = try await withThrowingTaskGroup(of: Sandbox.self) { group in
      for request in requests { for engine in engines { group.addTask { try await engine.create(request) } } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for request in requests {
      #expect(Set(made.filter { $0.session == request.session }.map(\.reference)).count == 1)
      let ofSession = ObjectSelector(labels: "paddock.dev/session=\(request.session)")
      #expect(try await fixture.api.list(AgentsV1Beta1.Sandbox.self, in: fixture.namespace, ofSession).count == 1)
      #expect(try await fixture.api.list(CoreV1.Secret.self, in: fixture.namespace, ofSession).count == 1)
    }
    #expect(try await fixture.all(Claim.self).count == requests.count)
    for engine in engines { await engine.close() }
  }

  @Test func anEmptyPoolMakesAColdStartThatSaysSo() async throws {
    let fixture = try await WarmPoolFixture()
    let agent = try fixture.agent(pool: 1)
    await fixture.keep(agent)
    let pool = try await fixture.all(ExtensionsV1Beta1.SandboxWarmPool.self)[0]
    try await fixture.api.scale(
      ExtensionsV1Beta1.SandboxWarmPool.self, pool.name, in: fixture.namespace, to: 0)
    try await until("the pool is empty") { try await fixture.all(AgentsV1Beta1.Sandbox.self).isEmpty }
    let request = fixture.request(agent)
    let made = try await fixture.engine.create(request)
    #expect(made.condition("WarmStart")?.reason == "PoolEmpty")
    _ = try await fixture.shown(request.session) { $0.isReady }
    #expect(try await fixture.engine.create(request).reference == made.reference)
    await fixture.engine.close()
  }

  @Test func aPoolThatIsNotThereMakesAColdStartThatSaysSo() async throws {
    let fixture = try await WarmPoolFixture()
    let request = fixture.request(try fixture.agent(pool: 1))
    let made = try await fixture.engine.create(request)
    #expect(made.condition("WarmStart")?.reason == "PoolMissing")
    #expect(made.condition("Ready")?.message.contains("A cold start: The warm pool") == true)
    _ = try await fixture.shown(request.session) { $0.isReady }
    await fixture.engine.close()
  }

  @Test func aClaimThatNobodyAnswersMakesAColdStartAndIsTakenBack() async throws {
    let fixture = try await WarmPoolFixture(QuietCluster.shared()) { $0.claimPatience = 0.5 }
    let agent = try fixture.agent(pool: 1)
    await fixture.keep(agent)
    let made = try await fixture.engine.create(fixture.request(agent))
    #expect(made.condition("WarmStart")?.reason == "ClaimUnanswered")
    #expect(try await fixture.all(Claim.self).isEmpty)
    #expect(try await fixture.all(AgentsV1Beta1.Sandbox.self).map(\.name) == [made.reference.name])
    await fixture.engine.close()
  }

  @Test func whoMayNotClaimStartsColdAndSaysWhichRightIsMissing() async throws {
    let cluster = try await ControlPlane.shared()
    let user = "claimless-\(UInt32.random(in: 0...UInt32.max))"
    try await cluster.apply(Self.claimless(user))
    let source = KubeconfigSource(explicitPath: try await cluster.kubeconfig(user: user))
    let fixture = try await WarmPoolFixture(as: KubernetesAPI(.load(source)))
    let agent = try fixture.agent(pool: 1)
    let made = try await fixture.engine.create(fixture.request(agent))
    let start = try #require(made.condition("WarmStart"))
    #expect(start.reason == "RightMissing")
    #expect(start.message.contains("\(user) may not get sandboxclaims"))
    #expect(await fixture.engine.keepWarmPools(of: [agent], in: [fixture.team]).map(\.agent) == [agent.name])
    let finding = try #require(await fixture.engine.findings().first { $0.name == "warm pools" })
    #expect(!finding.isFine && !finding.isRequired && finding.message.contains("sandboxclaims"))
    try await fixture.engine.delete(made.reference)
    try await fixture.engine.deleteVolume(of: try #require(made.session), team: fixture.team)
    await fixture.engine.close()
  }

  private static func claimless(_ user: String) -> String {
    """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: { name: \(user) }
    rules:
    - { apiGroups: [agents.x-k8s.io], resources: [sandboxes], verbs: ["*"] }
    - { apiGroups: [""], resources: [pods, secrets], verbs: ["*"] }
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: { name: \(user) }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: \(user) }
    subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: \(user) }]

    """
  }

  private func volumes(_ fixture: WarmPoolFixture, of sandbox: Sandbox) async throws -> [String] {
    try await fixture.all(CoreV1.PersistentVolumeClaim.self).filter { $0.name.hasSuffix(sandbox.reference.name) }
      .map(\.metadata.uid)
  }

  /// Which generation the living pod's runner is of, and where its token is from.
  private func runner(_ fixture: WarmPoolFixture, of sandbox: Sandbox) async throws -> [String] {
    let pod = try await fixture.api.get(CoreV1.Pod.self, sandbox.reference.name, in: fixture.namespace)
    let container = try #require(pod.spec?["containers"]?.arrayValue?.first)
    let command = container["command"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let token = container["env"]?.arrayValue?.first?["valueFrom"]?["secretKeyRef"]?["name"]?.stringValue
    return Array(command.suffix(2)) + [token ?? "none"]
  }
}
