import ControlModel
package import KubernetesClient
import KubernetesSandboxEngine

/// The namespaces of teams come and go, so the rights hold in all of them.
extension InstallationManifests {
  private static let roles = "rbac.authorization.k8s.io"

  /// The name says the namespace: two installations in one cluster must not take each other's binding.
  private var clusterWideName: String {
    namespaceName == Self.defaultNamespace ? Self.name : "\(Self.name)-\(namespaceName)"
  }

  package var role: RBACV1.ClusterRole {
    var role = RBACV1.ClusterRole(name: clusterWideName, labels: Self.labels)
    role.json["rules"] = .array(CoreRight.rules().map(json))
    return role
  }

  package var binding: RBACV1.ClusterRoleBinding {
    var binding = RBACV1.ClusterRoleBinding(name: clusterWideName, labels: Self.labels)
    binding.json["roleRef"] = [
      "apiGroup": .string(Self.roles), "kind": "ClusterRole", "name": .string(clusterWideName),
    ]
    binding.json["subjects"] = [
      ["kind": "ServiceAccount", "name": .string(Self.name), "namespace": .string(namespaceName)]
    ]
    return binding
  }

  private func json(_ rule: RBACV1.PolicyRule) -> JSONValue {
    [
      "apiGroups": .array(rule.apiGroups.map(JSONValue.string)),
      "resources": .array(rule.resources.map(JSONValue.string)),
      "verbs": .array(rule.verbs.map(JSONValue.string)),
    ]
  }
}
