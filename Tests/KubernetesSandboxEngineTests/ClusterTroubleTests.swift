import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

private struct Bearer: CredentialSource {
  let token: String

  func current() -> Credential { .bearer(token) }

  func refused(_ credential: Credential) {}
}

/// What clusters do to an engine that is in order.
@Suite struct ClusterTroubleTests {
  @Test func whoMayOnlyLookIsToldWhichRightIsMissing() async throws {
    let cluster = try await ControlPlane.shared()
    let user = "viewer-\(UInt32.random(in: 0...UInt32.max))"
    try await cluster.apply(Self.viewer(user))
    let source = KubeconfigSource(explicitPath: try await cluster.kubeconfig(user: user))
    let engine = KubernetesSandboxEngine(try KubernetesAPI(.load(source)), settings: ManifestTests.settings)
    var request = try ManifestTests.request(generation: 1)
    request.agent.team = try ResourceName("default")
    _ = try await engine.sandboxes()
    await #expect {
      _ = try await engine.create(request)
    } throws: { error in
      let failure = error as? ControlFailure
      return failure?.code == .permissionDenied && failure?.summary.contains("\(user) may not patch secrets") == true
    }
    let rights = try #require(await engine.findings().first { $0.name == "rights" })
    #expect(!rights.isFine && rights.message.contains(user))
    #expect(rights.message.contains("create sandboxes.agents.x-k8s.io, patch sandboxes.agents.x-k8s.io"))
    #expect(!rights.message.contains("list"))
    await engine.close()
  }

  /// What a cluster does to pods, in the shapes that upstream gives it.
  @Test(arguments: [
    ("EvictedQuietly", "Finished", "Evicted", "was low on resource: ephemeral-storage"),
    ("Evicted", "Finished", "Evicted", "was low on resource: memory"),
    ("NodeSilent", "Ready", "NodeLost", "no longer answers"),
    ("NodeLost", "Ready", "NodeLost", "DeletionByTaintManager"),
  ])
  func whatBefallsAPodIsNamed(play: String, type: String, reason: String, words: String) async throws {
    let fixture = try await WarmPoolFixture()
    let made = try await fixture.engine.create(fixture.request(fixture.agent(pool: 0)))
    let session = try #require(made.session)
    _ = try await fixture.shown(session) { $0.isReady }
    _ = try await fixture.api.patch(
      AgentsV1Beta1.Sandbox.self, made.reference.name, in: fixture.namespace,
      with: ["spec": ["podTemplate": ["metadata": ["annotations": ["paddock.test/play": .string(play)]]]]])
    let seen = try await fixture.shown(session) { $0.condition(type)?.reason == reason }
    let condition = try #require(seen.condition(type))
    #expect(condition.isTrue == (type == "Finished"))
    #expect(condition.message.contains(words), "\(condition)")
    await fixture.engine.close()
  }

  /// The watches that it opened before go on.
  @Test func credentialsThatAreNoLongerAcceptedAreTold() async throws {
    let cluster = try await ControlPlane.shared()
    let space = try await TemporaryNamespace(cluster.api())
    let token = try await cluster.token(serviceAccount: "core", in: space.name)
    try await cluster.apply(Self.viewer("system:serviceaccount:\(space.name):core"))
    var settings = ManifestTests.settings
    settings.accessInterval = 0.2
    let engine = KubernetesSandboxEngine(try cluster.api(Bearer(token: token)), settings: settings)
    _ = try await engine.sandboxes()
    #expect(await engine.status().trouble == nil)
    // With its account a token ends.
    try await space.api.delete(CoreV1.ServiceAccount.self, "core", in: space.name)
    try await eventually("the refusal is told") {
      await engine.status().trouble?.contains("does not accept these credentials") == true
    }
    #expect(try await engine.sandboxes().count >= 0)
    await engine.close()
  }

  private static func viewer(_ user: String) -> String {
    """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: { name: "\(user)" }
    rules:
    - { apiGroups: [agents.x-k8s.io], resources: [sandboxes], verbs: [get, list, watch] }
    - { apiGroups: [""], resources: [pods], verbs: [get, list, watch] }
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata: { name: "\(user)" }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "\(user)" }
    subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: "\(user)" }]

    """
  }

  @Test func aCrashOfTheAPIServerUnderTwoHundredSandboxesLosesNone() async throws {
    let cluster = try await ControlPlane.start()
    let api = try cluster.api()
    _ = try await api.create(CoreV1.Namespace(name: "paddock-crowd"))
    let engine = KubernetesSandboxEngine(api, settings: ManifestTests.settings)
    var made: [Sandbox] = []
    for number in 0..<200 { made.append(try await engine.create(Self.request(number))) }
    let references = Set(made.map(\.reference))
    try await eventually("all are ready") { try await engine.sandboxes().count(where: \.isReady) == 200 }
    try await cluster.stopAPIServer()
    for _ in 0..<20 {
      #expect(Set(try await engine.sandboxes().map(\.reference)) == references)
      try await Task.sleep(for: .milliseconds(50))
    }
    try await cluster.startAPIServer()
    try await engine.suspend(made[7].reference)
    try await eventually("the change after the crash is seen") {
      let seen = try await engine.sandboxes()
      #expect(Set(seen.map(\.reference)) == references)
      return seen.contains {
        $0.reference == made[7].reference && $0.condition("Suspended")?.isTrue == true
      }
    }
    #expect(try await engine.sandboxes().count(where: \.isReady) == 199)
    await engine.close()
    try await cluster.stop()
  }

  private static func request(_ number: Int) throws -> SandboxRequest {
    var request = try ManifestTests.request(generation: 1)
    request.session = .make(at: .now())
    request.agent.name = try ResourceName("agent-\(number)")
    request.agent.team = try ResourceName("crowd")
    return request
  }

  private func eventually(_ what: Comment, _ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(180)
    while try await !condition() {
      try #require(ContinuousClock.now < end, what)
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
