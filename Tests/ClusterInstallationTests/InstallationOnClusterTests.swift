import ClusterInstallation
import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import Testing

/// What a real API server makes of the objects.
@Suite struct InstallationOnClusterTests {
  static func manifests() -> InstallationManifests {
    var manifests = InstallationManifestsTests.manifests
    manifests.namespaceName = "installation-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
    return manifests
  }

  private static func outcomes(
    _ manifests: InstallationManifests, _ api: KubernetesAPI, isTrial: Bool = false
  ) async throws -> [ManifestApplication.Outcome] {
    try await ManifestApplication(api, isTrial: isTrial).apply(manifests.objects).map(\.outcome)
  }

  @Test func whatIsAppliedTwiceIsChangedOnce() async throws {
    let api = try await ControlPlane.shared().api()
    let manifests = Self.manifests()
    #expect(try await Self.outcomes(manifests, api).allSatisfy { $0 == .created })
    #expect(try await Self.outcomes(manifests, api).allSatisfy { $0 == .unchanged })
    #expect(try await Self.outcomes(manifests, api, isTrial: true).allSatisfy { $0 == .unchanged })
  }

  @Test func aTrialChecksAndChangesNothing() async throws {
    let api = try await ControlPlane.shared().api()
    var manifests = Self.manifests()
    let name = manifests.namespaceName
    #expect(
      try await Self.outcomes(manifests, api, isTrial: true)
        == [.created, .untried, .created, .created, .untried, .untried])
    #expect(try await api.find(CoreV1.Namespace.self, name) == nil)
    _ = try await api.create(CoreV1.Namespace(name: name))
    #expect(try await Self.outcomes(manifests, api, isTrial: true).dropFirst().allSatisfy { $0 == .created })
    #expect(try await api.find(AppsV1.Deployment.self, "paddock-core", in: name) == nil)
    manifests.image = ""
    await #expect {
      try await Self.outcomes(manifests, api, isTrial: true)
    } throws: { ($0 as? ControlFailure)?.summary.contains("containers[0].image: Required") == true }
  }

  @Test func whatOthersChangedIsTakenBack() async throws {
    let cluster = try await ControlPlane.shared()
    let api = try cluster.api()
    let manifests = Self.manifests()
    _ = try await Self.outcomes(manifests, api)
    try await cluster.require(
      "scale", "deployment", "paddock-core", "--namespace", manifests.namespaceName, "--replicas", "7")
    #expect(try await Self.outcomes(manifests, api, isTrial: true).last == .changed)
    #expect(try await api.get(AppsV1.Deployment.self, "paddock-core", in: manifests.namespaceName).replicas == 7)
    #expect(
      try await Self.outcomes(manifests, api)
        == [.unchanged, .unchanged, .unchanged, .unchanged, .unchanged, .changed])
    #expect(try await api.get(AppsV1.Deployment.self, "paddock-core", in: manifests.namespaceName).replicas == 2)
  }

  /// kubectl reads the text, and the server checks the fields of what it read.
  @Test func kubectlAppliesTheText() async throws {
    let cluster = try await ControlPlane.shared()
    let manifests = Self.manifests()
    let text = ManifestText.yaml(manifests.objects.map(\.json))
    try await cluster.require("apply", "--validate=true", "-f", "-", input: text)
    let outcomes = try await Self.outcomes(manifests, cluster.api(), isTrial: true)
    #expect(outcomes.count == 6)
    let account = try await cluster.require(
      "get", "serviceaccount", "paddock-core", "--namespace", manifests.namespaceName, "--output", "name")
    #expect(account == "serviceaccount/paddock-core\n")
  }

  @Test func whoMayNotGrantTheRightsIsToldSo() async throws {
    let cluster = try await ControlPlane.shared()
    let user = "installer-\(UInt32.random(in: 0 ... .max))"
    try await cluster.apply(
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: { name: \(user) }
      rules:
      - { apiGroups: [""], resources: [namespaces], verbs: [get, create, patch] }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: { name: \(user) }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: \(user) }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: \(user) }]

      """)
    let source = KubeconfigSource(explicitPath: try await cluster.kubeconfig(user: user))
    let api = try KubernetesAPI(.load(source))
    await #expect {
      try await Self.outcomes(Self.manifests(), api)
    } throws: { error in
      let failure = error as? ControlFailure
      return failure?.code == .permissionDenied
        && failure?.summary.contains("\(user) may not get serviceaccounts paddock-core") == true
    }
  }
}
