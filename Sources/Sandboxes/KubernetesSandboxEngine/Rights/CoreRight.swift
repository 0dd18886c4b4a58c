package import KubernetesClient

/// What the core does with one kind of resource, in all namespaces. The role that `paddock install` makes, what `doctor`
/// asks the cluster and the table in docs/kubernetes.md all come from `CoreRight.all`.
package struct CoreRight: Sendable, Hashable {
  package var part: Part
  package var type: ResourceType
  package var subresource: String?
  package var verbs: [String]
  /// What for; a phrase.
  package var reason: String

  package init(
    _ part: Part, _ verbs: [String], _ type: ResourceType, subresource: String? = nil, for reason: String
  ) {
    self.part = part
    self.type = type
    self.subresource = subresource
    self.verbs = verbs
    self.reason = reason
  }

  /// What a core that lacks rights goes without.
  package enum Part: String, Sendable, Hashable, CaseIterable {
    case sandboxes, turns, events, foreign, warmPools, teams, operators

    /// Without it no session runs.
    package var isRequired: Bool { self == .sandboxes }

    /// What becomes of it when a right is missing; ends a sentence.
    var consequence: String {
      switch self {
      case .sandboxes: "no session can run"
      case .turns: "a node that is drained cuts turns short"
      case .events: "the console shows no events of the cluster"
      case .foreign: "sandboxes that others made have no transcript"
      case .warmPools: "each start is a cold one"
      case .teams: "the namespaces of teams are yours to make"
      case .operators: "the roles of teams' operators are yours to make"
      }
    }
  }

  /// As roles spell it: `pods/log`.
  package var resource: String { subresource.map { "\(type.plural)/\($0)" } ?? type.plural }

  package var accesses: [AuthorizationV1.Access] { verbs.map { .init($0, type, subresource: subresource) } }
}

extension CoreRight {
  /// The rules of a role that holds these rights and no other: one for each resource, with the verbs of all of them.
  package static func rules(_ rights: [CoreRight] = all) -> [RBACV1.PolicyRule] {
    var rules: [RBACV1.PolicyRule] = []
    for right in rights {
      let place = rules.firstIndex { $0.apiGroups == [right.type.group] && $0.resources == [right.resource] }
      if let place {
        rules[place].verbs += right.verbs.filter { !rules[place].verbs.contains($0) }
      } else {
        rules.append(.init(verbs: right.verbs, apiGroups: [right.type.group], resources: [right.resource]))
      }
    }
    return rules
  }
}
