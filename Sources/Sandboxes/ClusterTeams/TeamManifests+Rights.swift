import ControlModel

/// The core can only grant what it holds itself: the API server refuses a role with more.
extension TeamManifests {
  private static let operators = "paddock-operators"
  private static let roles = "rbac.authorization.k8s.io"

  /// Exec and attach over WebSocket are asked for with GET, over SPDY with POST: hence both verbs.
  var operatorRole: JSONValue {
    let rules: JSONValue = [
      rule("", ["pods"], ["get", "list", "watch"]),
      rule("", ["pods/log"], ["get"]),
      rule("", ["pods/exec", "pods/attach"], ["create", "get"]),
      rule("", ["events"], ["get", "list", "watch"]),
      rule("agents.x-k8s.io", ["sandboxes"], ["get", "list", "watch"]),
    ]
    return object("\(Self.roles)/v1", "Role", Self.operators, ["rules": rules])
  }

  var operatorBinding: JSONValue {
    object(
      "\(Self.roles)/v1", "RoleBinding", Self.operators,
      [
        "roleRef": ["apiGroup": .string(Self.roles), "kind": "Role", "name": .string(Self.operators)],
        "subjects": [["apiGroup": .string(Self.roles), "kind": "Group", "name": .string(operatorGroup)]],
      ])
  }

  private func rule(_ group: String, _ resources: [JSONValue], _ verbs: [JSONValue]) -> JSONValue {
    ["apiGroups": [.string(group)], "resources": .array(resources), "verbs": .array(verbs)]
  }
}
