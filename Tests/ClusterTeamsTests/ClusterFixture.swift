import ClusterSupport
import ClusterTeams
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import Testing

/// A team that no other test has, on a real control plane.
struct ClusterFixture {
  let cluster: ControlPlane
  let api: KubernetesAPI
  let provisioner: ClusterTeamProvisioner
  var team: Team
  let namespace: String

  init(on cluster: ControlPlane? = nil, quota: String = "cpu=8,memory=16Gi,pods=20") async throws {
    self.cluster = if let cluster { cluster } else { try await ControlPlane.shared() }
    api = try self.cluster.api()
    provisioner = ClusterTeamProvisioner(api)
    let name = try ResourceName("t\(String(UInt32.random(in: 0 ... .max), radix: 36))")
    team = Team(name: name, createdAt: .now(), quota: try TeamQuota(quota))
    namespace = "paddock-\(name)"
  }

  /// As kubectl's user, who is another field manager.
  func edit(_ kind: String, _ name: String, _ patch: String) async throws {
    try await cluster.require("patch", kind, name, "--namespace", namespace, "--type=merge", "--patch", patch)
  }

  /// The version of every object of the team's.
  func versions() async throws -> [String] {
    let kinds = "networkpolicies,resourcequotas,limitranges,serviceaccounts,roles,rolebindings"
    let namespaced = try await cluster.require(
      "get", kinds, "--namespace", namespace, "--output", "jsonpath={.items[*].metadata.resourceVersion}")
    return namespaced.split(separator: " ").map(String.init)
      + [try await api.get(CoreV1.Namespace.self, namespace).metadata.resourceVersion]
  }
}
