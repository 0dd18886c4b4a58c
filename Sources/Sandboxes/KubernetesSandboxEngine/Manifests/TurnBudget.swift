import ControlModel
package import KubernetesClient

/// The PodDisruptionBudget that holds one sandbox's pod; pure. It goes with its sandbox.
package struct TurnBudget: Sendable, Hashable {
  package var sandbox: AgentsV1Beta1.Sandbox
  package var pod: CoreV1.Pod

  package init(sandbox: AgentsV1Beta1.Sandbox, pod: CoreV1.Pod) {
    self.sandbox = sandbox
    self.pod = pod
  }

  package static func name(ofSandbox name: String) -> String { "\(name)-turn" }

  /// The controller's index of a sandbox's pods; only a pod has the label.
  private static let podLabel = "agents.x-k8s.io/sandbox-name-hash"

  /// `nil` for a pod that cannot be told from others. Of pods whose owner has no scale, a budget can only count those
  /// that must stay; one that is not ready any more keeps no node from being emptied.
  package func object<Budget: KubernetesResource>(_ type: Budget.Type = PolicyV1.PodDisruptionBudget.self) -> Budget? {
    guard let hash = pod.metadata.labels[Self.podLabel], let namespace = sandbox.namespace else { return nil }
    return Budget(json: [
      "apiVersion": .string(Budget.type.apiVersion), "kind": .string(Budget.type.kind),
      "metadata": [
        "name": .string(Self.name(ofSandbox: sandbox.name)), "namespace": .string(namespace),
        "labels": .sorted(labels), "ownerReferences": [owner],
      ],
      "spec": [
        "minAvailable": 1, "selector": ["matchLabels": .object([Self.podLabel: .string(hash)])],
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
      ],
    ])
  }

  private var labels: [String: String] {
    var labels = [ClusterLabel.managedBy: ClusterLabel.manager]
    labels[ClusterLabel.session] = sandbox.metadata.labels[ClusterLabel.session]
    return labels
  }

  private var owner: JSONValue {
    let type = AgentsV1Beta1.Sandbox.type
    return [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "name": .string(sandbox.name),
      "uid": .string(sandbox.metadata.uid), "controller": true, "blockOwnerDeletion": false,
    ]
  }
}
