import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// Which cluster an engine is of, on a real API server.
@Suite struct IdentityTests {
  @Test func aClusterIsKnownByItsOldestNamespaceAndElseByItsAddress() async throws {
    let cluster = try await QuietCluster.shared()
    var namespace: CoreV1.Namespace?
    while namespace == nil { namespace = try await cluster.api().find(CoreV1.Namespace.self, "kube-system") }
    let known = await engine(try cluster.api()).identity()
    #expect(known.cluster?.uid == namespace?.metadata.uid && known.cluster?.uid != nil)

    let path = try await cluster.kubeconfig(user: "nobody-in-particular")
    let plain = await engine(try KubernetesAPI(.load(KubeconfigSource(explicitPath: path)))).identity()
    #expect(plain.cluster?.uid == nil)
    #expect(plain.isSame(as: known))
    #expect(plain.cluster?.server == (try cluster.server) && plain.cluster?.authority.isEmpty == false)
  }

  private func engine(_ api: KubernetesAPI) -> KubernetesSandboxEngine {
    KubernetesSandboxEngine(api, settings: ClusterSettings(runnerImage: "runner", agentImage: "agent"))
  }
}
