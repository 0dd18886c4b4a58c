import ControlModel
import KubernetesClient

extension TeamManifests {
  static let types: [any KubernetesResource.Type] = [
    CoreV1.Namespace.self, NetworkingV1.NetworkPolicy.self, CoreV1.ResourceQuota.self, CoreV1.LimitRange.self,
    CoreV1.ServiceAccount.self, RBACV1.Role.self, RBACV1.RoleBinding.self,
  ]

  /// As they are applied: each with a mark of its own text. The namespace is the first.
  var resources: [any KubernetesResource] {
    objects.compactMap { object in
      guard let json = object.objectValue else { return nil }
      let type = Self.types.first { .string($0.type.kind) == json["kind"] }
      return type.map { marked(json, as: $0) }
    }
  }

  private func marked<Resource: KubernetesResource>(
    _ json: JSONObject, as type: Resource.Type
  ) -> any KubernetesResource {
    var json = json
    var metadata = json["metadata"]?.objectValue ?? JSONObject()
    metadata.replace("annotations", with: [ObjectComparison.mark: .string(Self.digest(JSONValue.object(json).text))])
    json.replace("metadata", with: .object(metadata))
    return Resource(json: json)
  }

  /// FNV-1a: it has to tell manifests apart that nobody makes alike on purpose.
  private static func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
