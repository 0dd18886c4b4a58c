import ClusterInstallation
import ClusterSupport
import ControlModel
import HTTPTransport
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// An installation on a control plane, used as its cores would: by a token of their service account.
struct CoreAccount {
  let cluster: ControlPlane
  let manifests: InstallationManifests
  let api: KubernetesAPI
  let engine: KubernetesSandboxEngine
  let team: ResourceName
  let session = SessionID.make(at: .now())

  /// `rights`: of the role, instead of those that it should have.
  init(on cluster: ControlPlane, rights: [CoreRight]? = nil) async throws {
    self.cluster = cluster
    manifests = InstallationOnClusterTests.manifests()
    let admin = try cluster.api()
    _ = try await ManifestApplication(admin).apply(manifests.objects)
    if let rights {
      var role = manifests.role
      role.json["rules"] = .array(
        CoreRight.rules(rights).map {
          [
            "apiGroups": .array($0.apiGroups.map(JSONValue.string)),
            "resources": .array($0.resources.map(JSONValue.string)), "verbs": .array($0.verbs.map(JSONValue.string)),
          ]
        })
      _ = try await admin.apply(role, manager: "paddock", force: true)
    }
    team = try ResourceName("t\(UInt32.random(in: 0 ... .max))")
    _ = try await admin.create(CoreV1.Namespace(name: "paddock-\(team)"))
    let token = try await cluster.token(serviceAccount: "paddock-core", in: manifests.namespaceName)
    api = try cluster.api(BearerToken(token))
    engine = KubernetesSandboxEngine(api, settings: manifests.cluster)
    try await waitUntilBound(rights ?? CoreRight.all)
  }

  var user: String { "system:serviceaccount:\(manifests.namespaceName):paddock-core" }

  /// The server's authorizer learns of a role a moment after it was stored.
  private func waitUntilBound(_ rights: [CoreRight]) async throws {
    let wanted = rights.flatMap(\.accesses)
    let end = ContinuousClock.now + .seconds(30)
    while try await !api.missing(wanted).isEmpty {
      try #require(ContinuousClock.now < end, "the rights are there")
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func request(_ generation: Int) throws -> SandboxRequest {
    let agent = Agent(
      team: team, name: try ResourceName("fixer"), spec: AgentSpec(runtime: .exec), revision: 1,
      createdAt: Timestamp(microseconds: 0), updatedAt: Timestamp(microseconds: 0))
    return SandboxRequest(session: session, generation: generation, agent: agent)
  }

  /// Everything that becomes of a session's sandbox.
  func live() async throws {
    _ = try await engine.create(request(1))
    let first = try await sandbox { $0.isReady }
    _ = await engine.reports(of: [first])
    // Where nothing runs in a pod the proxy has nowhere to go, and says so.
    do { _ = try await engine.runner(of: first.reference) } catch {
      if error.summary.contains("may not") { throw error }
    }
    try await engine.suspend(first.reference)
    _ = try await sandbox { $0.operatingMode == .suspended }
    try await engine.resume(first.reference)
    _ = try await sandbox { $0.isReady }
    try await engine.delete(first.reference)
    _ = try await engine.create(request(2))
    let second = try await sandbox { $0.isReady && $0.generation == 2 }
    try await engine.delete(second.reference)
    try await engine.deleteVolume(of: session, team: team)
  }

  private func sandbox(where condition: (Sandbox) -> Bool) async throws -> Sandbox {
    let end = ContinuousClock.now + .seconds(60)
    while true {
      let own = try await engine.sandboxes().filter { $0.session == session }
      if let sandbox = own.first(where: condition) { return sandbox }
      try #require(ContinuousClock.now < end, "the sandbox is as it was waited for; it is \(own)")
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

private struct BearerToken: CredentialSource {
  private let token: String

  init(_ token: String) { self.token = token }

  func current() async throws(KubernetesError) -> Credential { .bearer(token) }

  func refused(_ credential: Credential) async {}
}
