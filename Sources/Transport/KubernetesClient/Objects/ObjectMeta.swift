package import ControlModel

/// What every object says of itself.
package struct ObjectMeta: Sendable, Hashable {
  package var name: String
  package var namespace: String?
  package var uid: String
  package var resourceVersion: String
  /// Counts the changes of `spec`.
  package var generation: Int64?
  package var creationTimestamp: Timestamp?
  /// Set once the object is being deleted; finalizers keep it until they are done.
  package var deletionTimestamp: Timestamp?
  package var labels: [String: String]
  package var annotations: [String: String]
  package var ownerReferences: [OwnerReference]
  package var finalizers: [String]

  init(_ json: JSONValue?) {
    name = json?["name"]?.stringValue ?? ""
    namespace = json?["namespace"]?.stringValue
    uid = json?["uid"]?.stringValue ?? ""
    resourceVersion = json?["resourceVersion"]?.stringValue ?? ""
    generation = json?["generation"]?.integerValue
    creationTimestamp = json?["creationTimestamp"]?.timestampValue
    deletionTimestamp = json?["deletionTimestamp"]?.timestampValue
    labels = json?["labels"]?.stringMembers ?? [:]
    annotations = json?["annotations"]?.stringMembers ?? [:]
    ownerReferences = json?["ownerReferences"].list(OwnerReference.init) ?? []
    finalizers = json?["finalizers"]?.strings ?? []
  }

  /// The one owner that made the object and keeps it.
  package var controller: OwnerReference? { ownerReferences.first { $0.isController } }
}

package struct OwnerReference: Sendable, Hashable {
  package var kind: String
  package var name: String
  package var uid: String
  package var isController: Bool

  init(_ json: JSONValue) {
    kind = json["kind"]?.stringValue ?? ""
    name = json["name"]?.stringValue ?? ""
    uid = json["uid"]?.stringValue ?? ""
    isController = json["controller"]?.boolValue ?? false
  }
}

/// One aspect of an object's state, as its controller sees it.
package struct Condition: Sendable, Hashable {
  package enum State: Sendable, Hashable {
    case yes, no
    /// The controller says that it does not know, or something that is no state.
    case unknown
  }

  package var type: String
  package var state: State
  /// One word for programs.
  package var reason: String
  /// For people.
  package var message: String
  package var lastTransitionTime: Timestamp?
  /// The `generation` that was looked at; not every kind tells it.
  package var observedGeneration: Int64?

  init(_ json: JSONValue) {
    type = json["type"]?.stringValue ?? ""
    state =
      switch json["status"]?.stringValue {
      case "True": .yes
      case "False": .no
      default: .unknown
      }
    reason = json["reason"]?.stringValue ?? ""
    message = json["message"]?.stringValue ?? ""
    lastTransitionTime = json["lastTransitionTime"]?.timestampValue
    observedGeneration = json["observedGeneration"]?.integerValue
  }
}

extension KubernetesResource {
  package var conditions: [Condition] { status?["conditions"].list(Condition.init) ?? [] }

  package func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }
}
