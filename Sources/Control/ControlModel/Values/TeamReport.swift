/// What an engine keeps for a team, each object beside what it should be. Text but names is of the cluster, and is to be
/// sanitised where it is shown.
package struct TeamReport: Sendable, Hashable {
  /// The context of the kubeconfig, or `in-cluster`.
  package var context: String
  /// The URL of the API server: contexts are named by each operator.
  package var server: String
  package var namespace: String
  /// In the order in which they are put in place.
  package var items: [Item]
  /// What was put back or made just before, one sentence each; not stored.
  package var repairs: [String] = []

  package struct Item: Sendable, Hashable {
    package var kind: String
    package var name: String
    package var standing: Standing
    /// Why it could not be looked at, or put right; one sentence, and perhaps a second one on what to do.
    package var problem: String?

    package init(kind: String, name: String, standing: Standing, problem: String? = nil) {
      self.kind = kind
      self.name = name
      self.standing = standing
      self.problem = problem
    }
  }

  package enum Standing: Sendable, Hashable {
    case inStep
    case missing
    /// At least one.
    case differs([Difference])
    /// Whoever looked may not, or got no answer.
    case unknown
    /// It is there and is somebody else's: nothing touches it.
    case foreign
  }

  package struct Difference: Sendable, Hashable {
    /// `spec.hard.pods`.
    package var field: String
    /// As JSON; `nil` for a field that should not be there.
    package var wanted: String?
    package var found: String?

    package init(field: String, wanted: String?, found: String?) {
      self.field = field
      self.wanted = wanted
      self.found = found
    }
  }

  package init(context: String, server: String, namespace: String, items: [Item] = []) {
    self.context = context
    self.server = server
    self.namespace = namespace
    self.items = items
  }

  package var isInStep: Bool { items.allSatisfy { $0.standing == .inStep } }

  /// The first thing that an operator should know; `nil` when all is well.
  package var trouble: String? {
    if let problem = items.lazy.compactMap(\.problem).first { return problem }
    guard let item = items.first(where: { $0.standing != .inStep }) else { return nil }
    return "\(item.kind) \(item.name) in \(namespace): \(item.standing)."
  }
}

extension TeamReport.Standing: CustomStringConvertible {
  /// Follows the object's name in a table.
  package var description: String {
    switch self {
    case .inStep: "in step"
    case .missing: "missing"
    case .differs(let differences): "differs in " + differences.map(\.description).joined(separator: ", ")
    case .unknown: "not known"
    case .foreign: "not Paddock's"
    }
  }
}

extension TeamReport.Difference: CustomStringConvertible {
  /// `spec.hard.pods ("100", should be "20")`. What is longer than a glance is left to the JSON form.
  package var description: String {
    let (wanted, found) = (wanted ?? "absent", found ?? "absent")
    return wanted.count + found.count > 60 ? field : "\(field) (\(found), should be \(wanted))"
  }
}
