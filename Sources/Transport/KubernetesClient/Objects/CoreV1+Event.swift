package import ControlModel

extension CoreV1 {
  /// Something that a component of the cluster saw happen to an object; kept for about an hour.
  package struct Event: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "Event", plural: "events")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// `Normal` or `Warning`.
    package var severity: String { json["type"]?.stringValue ?? "Normal" }
    package var reason: String { json["reason"]?.stringValue ?? "" }
    package var message: String { json["message"]?.stringValue ?? "" }
    /// How often it was seen so far.
    package var count: Int64 {
      max(1, json["series"]?["count"]?.integerValue ?? json["count"]?.integerValue ?? 1)
    }
    /// Components of before and after `events.k8s.io` fill in different fields.
    package var lastSeen: Timestamp? {
      json["series"]?["lastObservedTime"]?.timestampValue ?? json["lastTimestamp"]?.timestampValue
        ?? json["eventTime"]?.timestampValue ?? json["firstTimestamp"]?.timestampValue
        ?? metadata.creationTimestamp
    }
    package var component: String {
      let candidates = [json["reportingComponent"]?.stringValue, json["source"]?["component"]?.stringValue]
      return candidates.compactMap { $0 }.first { !$0.isEmpty } ?? ""
    }
    package var involvedObject: InvolvedObject { InvolvedObject(json["involvedObject"]) }
  }

  package struct InvolvedObject: Sendable, Hashable {
    package var kind: String
    package var namespace: String?
    package var name: String
    package var uid: String
    /// `spec.containers{agent}` for one container of a pod.
    package var fieldPath: String

    init(_ json: JSONValue?) {
      kind = json?["kind"]?.stringValue ?? ""
      namespace = json?["namespace"]?.stringValue
      name = json?["name"]?.stringValue ?? ""
      uid = json?["uid"]?.stringValue ?? ""
      fieldPath = json?["fieldPath"]?.stringValue ?? ""
    }
  }
}
