package import ControlModel

/// The core group.
package enum CoreV1 {
  package struct Namespace: KubernetesResource {
    package static let type = ResourceType(
      group: "", version: "v1", kind: "Namespace", plural: "namespaces", isNamespaced: false)
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// `Active` or `Terminating`.
    package var phase: String? { status?["phase"]?.stringValue }
  }

  package struct ResourceQuota: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "ResourceQuota", plural: "resourcequotas")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// Quantities (`500m`, `10Gi`) by the name of the resource.
    package var hard: [String: String] { status?["hard"]?.stringMembers ?? spec?["hard"]?.stringMembers ?? [:] }
    package var used: [String: String] { status?["used"]?.stringMembers ?? [:] }
  }

  package struct LimitRange: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "LimitRange", plural: "limitranges")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }
  }

  package struct ServiceAccount: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "ServiceAccount", plural: "serviceaccounts")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var automountsToken: Bool { json["automountServiceAccountToken"]?.boolValue ?? true }
  }

  package struct Service: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "Service", plural: "services")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// `None` for a headless one.
    package var clusterIP: String? { spec?["clusterIP"]?.stringValue }
    package var selector: [String: String] { spec?["selector"]?.stringMembers ?? [:] }
  }

  package struct Secret: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "Secret", plural: "secrets")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// `Opaque`, `kubernetes.io/tls`, …
    package var secretType: String? { json["type"]?.stringValue }
    /// The names of what it holds; the values stay in `json`, in base 64.
    package var keys: [String] { (json["data"]?.objectValue?.members ?? []).map(\.name) }

    package func value(_ key: String) -> [UInt8]? { json["data"]?[key]?.stringValue.flatMap { Base64.decode($0) } }
  }

  package struct PersistentVolumeClaim: KubernetesResource {
    package static let type = ResourceType(
      group: "", version: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// `Pending`, `Bound`, `Lost`.
    package var phase: String? { status?["phase"]?.stringValue }
    package var volumeName: String? { spec?["volumeName"]?.stringValue }
    package var storageClassName: String? { spec?["storageClassName"]?.stringValue }
    package var requestedStorage: String? { spec?["resources"]?["requests"]?["storage"]?.stringValue }
    package var capacity: String? { status?["capacity"]?["storage"]?.stringValue }
  }
}
