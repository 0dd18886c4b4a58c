package import ControlModel

package enum PolicyV1 {
  package struct PodDisruptionBudget: KubernetesResource {
    package static let type = ResourceType(
      group: "policy", version: "v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }
  }
}

/// The same before Kubernetes 1.21.
package enum PolicyV1Beta1 {
  package struct PodDisruptionBudget: KubernetesResource {
    package static let type = ResourceType(
      group: "policy", version: "v1beta1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }
  }
}
