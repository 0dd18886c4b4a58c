package import ControlModel
package import KubernetesClient

/// The `Sandbox` object of one generation of a session; pure.
package struct SandboxManifest: Sendable, Hashable {
  package var request: SandboxRequest
  package var settings: ClusterSettings

  package init(request: SandboxRequest, settings: ClusterSettings) {
    self.request = request
    self.settings = settings
  }

  package var name: String { ClusterNames.sandbox(agent: request.agent.name, session: request.session) }
  package var namespace: String { settings.names.namespace(of: request.agent.team) }

  package var labels: [String: String] {
    [
      ClusterLabel.managedBy: ClusterLabel.manager, ClusterLabel.team: request.agent.team.text,
      ClusterLabel.agent: request.agent.name.text, ClusterLabel.session: request.session.text,
      ClusterLabel.generation: "\(request.generation)", ClusterLabel.network: request.agent.spec.network.rawValue,
    ]
  }

  package var object: AgentsV1Beta1.Sandbox {
    AgentsV1Beta1.Sandbox(
      name: name, namespace: namespace, labels: labels,
      spec: [
        "operatingMode": "Running", "service": false, "podTemplate": podTemplate,
        "volumeClaimTemplates": [volumeClaimTemplate],
      ])
  }

  /// Turns the suspended sandbox of an earlier generation into this one: another pod on the same volume.
  package var renewal: JSONObject {
    var labels = self.labels.mapValues { JSONValue.string($0) }
    labels[ClusterLabel.ended] = .null
    return [
      "metadata": [
        "labels": .object(JSONObject(members: labels.sorted { $0.key < $1.key }.map(JSONObject.Member.init)))
      ],
      "spec": ["operatingMode": "Running", "podTemplate": podTemplate],
    ]
  }

  /// The controller copies nothing from the sandbox's own labels to the pod.
  private var podTemplate: JSONValue {
    [
      "metadata": ["labels": .sorted(labels)],
      "spec": PodManifest(
        agent: request.agent, settings: settings, tokenSecret: ClusterNames.runnerSecret(ofSandbox: name),
        generation: request.generation
      ).spec,
    ]
  }

  private var volumeClaimTemplate: JSONValue {
    let pod = request.agent.spec.pod
    var spec: JSONObject = [
      "accessModes": ["ReadWriteOnce"],
      "resources": ["requests": ["storage": .string("\(pod.volumeSize ?? settings.volumeSize)")]],
    ]
    spec["storageClassName"] = (pod.storageClassName ?? settings.storageClassName).map(JSONValue.string)
    return [
      "metadata": [
        "name": .string(PodLayout.workspaceVolume),
        "labels": .sorted(labels.filter { $0.key != ClusterLabel.generation }),
      ],
      "spec": .object(spec),
    ]
  }
}

extension JSONObject.Member {
  fileprivate init(_ pair: (key: String, value: JSONValue)) {
    self.init(name: pair.key, value: pair.value)
  }
}
