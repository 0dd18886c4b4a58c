package import ControlModel
package import KubernetesClient
package import RunnerProtocol

/// The objects of an agent's warm pool; pure.
///
/// A template never changes: its name, which the pool shares, has a digest of all that its pods are made from. Another
/// declaration is another pool. So whoever claims by name gets a sandbox of exactly the declaration it knows, and what the
/// claim's controller copies from the template to sandboxes at work stays as it was.
package struct WarmPoolManifest: Sendable, Hashable {
  package var agent: Agent
  package var settings: ClusterSettings

  package init(agent: Agent, settings: ClusterSettings) {
    self.agent = agent
    self.settings = settings
  }

  package var name: String { "\(agent.name)-warm-\(digest)" }
  package var namespace: String { settings.names.namespace(of: agent.team) }

  var labels: [String: String] {
    [
      ClusterLabel.managedBy: ClusterLabel.manager, ClusterLabel.team: agent.team.text,
      ClusterLabel.agent: agent.name.text,
    ]
  }

  /// The key that hands sessions over to the pool's runners; the pods get its fingerprint.
  package func secret(_ key: HandoverKey) -> CoreV1.Secret {
    var secret = CoreV1.Secret(name: name, namespace: namespace, labels: labels)
    secret.json["type"] = "Opaque"
    secret.json["stringData"] = [PodLayout.handoverKeyKey: .string(key.text)]
    return secret
  }

  package func template(_ key: HandoverKey) -> ExtensionsV1Beta1.SandboxTemplate {
    .init(name: name, namespace: namespace, labels: labels, spec: .object(templateSpec(fingerprint: key.fingerprint)))
  }

  /// `Recreate`: when somebody has changed the template, what was made from it is no member any more.
  package func pool(yields: Bool = false) -> ExtensionsV1Beta1.SandboxWarmPool {
    .init(
      name: name, namespace: namespace, labels: labels,
      spec: [
        "replicas": JSONValue(yields ? 0 : agent.spec.pod.warmPoolSize), "sandboxTemplateRef": ["name": .string(name)],
        "updateStrategy": ["type": "Recreate"],
      ])
  }

  private func templateSpec(fingerprint: String) -> JSONObject {
    [
      "podTemplate": [
        "metadata": [
          "labels": .sorted(labels.merging([ClusterLabel.network: agent.spec.network.rawValue]) { own, _ in own })
        ],
        "spec": PodManifest(agent: agent, settings: settings, admission: .key(fingerprint: fingerprint), generation: 1)
          .spec,
      ],
      "volumeClaimTemplates": [SandboxManifest.volumeClaimTemplate(agent.spec.pod, settings, labels: labels)],
      "service": false, "networkPolicyManagement": "Unmanaged",
    ]
  }

  /// Of everything but the key, which follows from the name.
  private var digest: String {
    String(SHA256.hexadecimal(JSONValue.object(templateSpec(fingerprint: "")).text).prefix(8))
  }
}
