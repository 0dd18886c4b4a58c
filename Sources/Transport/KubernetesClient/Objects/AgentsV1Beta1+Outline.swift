import ControlModel

extension AgentsV1Beta1.Sandbox {
  /// For holding thousands: without what its pod and its claims are made from, but for the pod's maker, the names of the claims
  /// and the names and images of the containers, and without kubectl's copy of what was applied. Not to be written back.
  package var outline: Self {
    var json = self.json
    if case .object(var spec) = json["spec"] {
      spec["volumeClaimTemplates"] = spec["volumeClaimTemplates"].map(Self.claimOutline)
      spec["podTemplate"] = spec["podTemplate"].map(Self.podOutline)
      json.replace("spec", with: .object(spec))
    }
    if case .object(var metadata) = json["metadata"], case .object(var annotations) = metadata["annotations"] {
      annotations["kubectl.kubernetes.io/last-applied-configuration"] = nil
      metadata.replace("annotations", with: .object(annotations))
      json.replace("metadata", with: .object(metadata))
    }
    return Self(json: json.tight)
  }

  private static let managedBy = "app.kubernetes.io/managed-by"

  private static func claimOutline(_ templates: JSONValue) -> JSONValue {
    .array((templates.arrayValue ?? []).map { ["metadata": ["name": $0["metadata"]?["name"] ?? ""]] })
  }

  private static func podOutline(_ template: JSONValue) -> JSONValue {
    let containers = (template["spec"]?["containers"]?.arrayValue ?? []).map { container in
      JSONValue.object(
        JSONObject(members: (container.objectValue?.members ?? []).filter { ["name", "image"].contains($0.name) }))
    }
    let spec: JSONValue = ["containers": .array(containers)]
    guard let maker = template["metadata"]?["labels"]?[managedBy] else { return ["spec": spec] }
    return ["metadata": ["labels": .object([managedBy: maker])], "spec": spec]
  }
}

extension JSONObject {
  /// The same without the room that arrays which grew keep for more.
  fileprivate var tight: JSONObject {
    JSONObject(members: members.map { .init(name: $0.name, value: $0.value.tight) })
  }
}

extension JSONValue {
  fileprivate var tight: JSONValue {
    switch self {
    case .object(let object): .object(object.tight)
    case .array(let values): .array(values.map(\.tight))
    case .null, .bool, .number, .string: self
    }
  }
}
