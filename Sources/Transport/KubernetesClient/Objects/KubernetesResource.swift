package import ControlModel

/// One kind of object. A value is the object's whole JSON, so that writing it back loses nothing; what Paddock reads of
/// it has typed accessors beside it.
package protocol KubernetesResource: Sendable, Hashable, CustomStringConvertible {
  static var type: ResourceType { get }

  /// Complete but for `managedFields`, which is the larger half of many objects and nothing that a client may write.
  var json: JSONObject { get set }

  /// `json` is taken as it is; `init(reading:)` is for what comes from a server.
  init(json: JSONObject)
}

extension KubernetesResource {
  /// A new object of that name.
  package init(name: String, namespace: String? = nil, labels: [String: String] = [:], spec: JSONValue? = nil) {
    var metadata: JSONObject = ["name": .string(name)]
    metadata["namespace"] = namespace.map { .string($0) }
    if !labels.isEmpty { metadata["labels"] = JSONValue(sorted: labels) }
    var json = Self.typeFields
    json["metadata"] = .object(metadata)
    json["spec"] = spec
    self.init(json: json)
  }

  /// `nil` for JSON that is no object with a name. The items of a built-in list do not say what they are: it is put in.
  package init?(reading value: JSONValue) {
    guard case .object(var json) = value, case .object(var metadata) = json["metadata"],
      metadata["name"]?.stringValue?.isEmpty == false
    else { return nil }
    if let index = metadata.members.firstIndex(where: { $0.name == "managedFields" }) {
      metadata.members.remove(at: index)
      json.replace("metadata", with: .object(metadata))
    }
    if json["kind"] == nil || json["apiVersion"] == nil {
      json.members = Self.typeFields.members + json.members.filter { !["kind", "apiVersion"].contains($0.name) }
    }
    self.init(json: json)
  }

  package var metadata: ObjectMeta { ObjectMeta(json["metadata"]) }
  package var name: String { json["metadata"]?["name"]?.stringValue ?? "" }
  package var namespace: String? { json["metadata"]?["namespace"]?.stringValue }
  package var spec: JSONValue? { json["spec"] }
  package var status: JSONValue? { json["status"] }

  package var reference: ObjectReference {
    ObjectReference(
      namespace: namespace, name: name, uid: json["metadata"]?["uid"]?.stringValue ?? "",
      resourceVersion: json["metadata"]?["resourceVersion"]?.stringValue ?? "")
  }

  /// Names the object and shows nothing of what it holds: it may be a secret.
  package var description: String { Self.type.describe(name, in: namespace) }

  private static var typeFields: JSONObject {
    ["apiVersion": .string(type.apiVersion), "kind": .string(type.kind)]
  }
}

extension ResourceType {
  /// `Pod web in team-a`.
  package func describe(_ name: String, in namespace: String?) -> String {
    guard isNamespaced, let namespace else { return "\(kind) \(name)" }
    return "\(kind) \(name) in \(namespace)"
  }
}

/// Which object, and which state of it.
package struct ObjectReference: Sendable, Hashable {
  package var namespace: String?
  package var name: String
  /// Another object under the same name has another one.
  package var uid: String
  /// Changes with every write.
  package var resourceVersion: String

  package init(namespace: String?, name: String, uid: String, resourceVersion: String) {
    self.namespace = namespace
    self.name = name
    self.uid = uid
    self.resourceVersion = resourceVersion
  }
}
