import ControlModel
package import KubernetesClient

import struct Foundation.UUID

/// A namespace that no other test looks into. It stays until the server goes: nothing there deletes namespaces for good.
package struct TemporaryNamespace: Sendable {
  package let name: String
  package let api: KubernetesAPI

  package init(_ api: KubernetesAPI) async throws {
    self.api = api
    name = "t-\(UUID().uuidString.lowercased().prefix(12))"
    _ = try await api.create(CoreV1.Namespace(name: name))
  }

  /// Nobody plays its controller.
  package func sandbox(_ name: String, labels: [String: String] = [:]) -> AgentsV1Beta1.Sandbox {
    let pod: JSONValue = ["containers": [["name": "agent", "image": "none"]]]
    return AgentsV1Beta1.Sandbox(
      name: name, namespace: self.name, labels: labels,
      spec: ["podTemplate": ["metadata": [:], "spec": pod], "operatingMode": "Suspended"])
  }
}
