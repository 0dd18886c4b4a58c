package import ControlModel

package enum RBACV1 {
  private static let group = "rbac.authorization.k8s.io"

  package struct Role: KubernetesResource {
    package static let type = ResourceType(group: group, version: "v1", kind: "Role", plural: "roles")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var rules: [PolicyRule] { json["rules"].list(PolicyRule.init) }
  }

  package struct ClusterRole: KubernetesResource {
    package static let type = ResourceType(
      group: group, version: "v1", kind: "ClusterRole", plural: "clusterroles", isNamespaced: false)
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var rules: [PolicyRule] { json["rules"].list(PolicyRule.init) }
  }

  package struct RoleBinding: KubernetesResource {
    package static let type = ResourceType(group: group, version: "v1", kind: "RoleBinding", plural: "rolebindings")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var roleName: String? { json["roleRef"]?["name"]?.stringValue }
  }

  package struct ClusterRoleBinding: KubernetesResource {
    package static let type = ResourceType(
      group: group, version: "v1", kind: "ClusterRoleBinding", plural: "clusterrolebindings", isNamespaced: false)
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var roleName: String? { json["roleRef"]?["name"]?.stringValue }
  }

  /// `*` stands for all of its kind.
  package struct PolicyRule: Sendable, Hashable {
    package var verbs: [String]
    package var apiGroups: [String]
    /// `pods`, or `pods/log` for a subresource.
    package var resources: [String]
    /// Empty for every name.
    package var resourceNames: [String]

    package init(
      verbs: [String], apiGroups: [String], resources: [String], resourceNames: [String] = []
    ) {
      self.verbs = verbs
      self.apiGroups = apiGroups
      self.resources = resources
      self.resourceNames = resourceNames
    }

    init(_ json: JSONValue) {
      verbs = json["verbs"]?.strings ?? []
      apiGroups = json["apiGroups"]?.strings ?? []
      resources = json["resources"]?.strings ?? []
      resourceNames = json["resourceNames"]?.strings ?? []
    }
  }
}
