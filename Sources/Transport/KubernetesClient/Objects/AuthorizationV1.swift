package import ControlModel

/// Questions about the asker's own rights. They are created and answered at once, never stored.
package enum AuthorizationV1 {
  package struct SelfSubjectAccessReview: KubernetesResource {
    package static let type = ResourceType(
      group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews",
      isNamespaced: false)
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package init(_ access: Access) {
      json = [
        "apiVersion": .string(Self.type.apiVersion), "kind": .string(Self.type.kind),
        "spec": ["resourceAttributes": access.resourceAttributes],
      ]
    }

    package var isAllowed: Bool { status?["allowed"]?.boolValue ?? false }
    /// The authorizer's words; may be empty.
    package var reason: String { status?["reason"]?.stringValue ?? "" }
    package var evaluationError: String? { status?["evaluationError"]?.stringValue }
  }

  package struct SelfSubjectRulesReview: KubernetesResource {
    package static let type = ResourceType(
      group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectRulesReview", plural: "selfsubjectrulesreviews",
      isNamespaced: false)
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package init(namespace: String) {
      json = [
        "apiVersion": .string(Self.type.apiVersion), "kind": .string(Self.type.kind),
        "spec": ["namespace": .string(namespace)],
      ]
    }

    package var rules: [RBACV1.PolicyRule] { status?["resourceRules"].list(RBACV1.PolicyRule.init) ?? [] }
    /// Some authorizer could not list its rules, so there may be more rights than these.
    package var isIncomplete: Bool { status?["incomplete"]?.boolValue ?? false }
  }

  /// One thing that somebody may or may not do.
  package struct Access: Sendable, Hashable {
    package var verb: String
    package var group: String
    package var resource: String
    package var subresource: String?
    /// `nil` for all namespaces, or for what is in none.
    package var namespace: String?
    /// `nil` for every name.
    package var name: String?

    package init(
      _ verb: String, _ type: ResourceType, subresource: String? = nil, namespace: String? = nil, name: String? = nil
    ) {
      self.verb = verb
      group = type.group
      resource = type.plural
      self.subresource = subresource
      self.namespace = namespace
      self.name = name
    }

    var resourceAttributes: JSONValue {
      var attributes: JSONObject = ["verb": .string(verb), "group": .string(group), "resource": .string(resource)]
      attributes["subresource"] = subresource.map { .string($0) }
      attributes["namespace"] = namespace.map { .string($0) }
      attributes["name"] = name.map { .string($0) }
      return .object(attributes)
    }
  }
}

extension AuthorizationV1.Access: CustomStringConvertible {
  /// `create pods/exec in team-a`, in the spelling of roles.
  package var description: String {
    var text = "\(verb) \(resource)"
    if let subresource { text += "/\(subresource)" }
    if !group.isEmpty { text += ".\(group)" }
    if let name { text += " named \(name)" }
    if let namespace { text += " in \(namespace)" }
    return text
  }
}
