package import ControlModel
package import KubernetesClient

/// The `Sandbox` object of one generation of a session; pure.
package struct SandboxManifest: Sendable, Hashable {
  package var request: SandboxRequest
  package var settings: ClusterSettings
  /// One that waited in a warm pool has its name from there.
  package var name: String
  package var annotations: [String: String] = [:]

  package init(request: SandboxRequest, settings: ClusterSettings) {
    self.request = request
    self.settings = settings
    name = ClusterNames.sandbox(agent: request.agent.name, session: request.session)
  }

  package var namespace: String { settings.names.namespace(of: request.agent.team) }

  package var labels: [String: String] {
    [
      ClusterLabel.managedBy: ClusterLabel.manager, ClusterLabel.team: request.agent.team.text,
      ClusterLabel.agent: request.agent.name.text, ClusterLabel.session: request.session.text,
      ClusterLabel.generation: "\(request.generation)", ClusterLabel.network: request.agent.spec.network.rawValue,
    ]
  }

  package var object: AgentsV1Beta1.Sandbox {
    var sandbox = AgentsV1Beta1.Sandbox(
      name: name, namespace: namespace, labels: labels,
      spec: [
        "operatingMode": "Running", "service": false, "podTemplate": podTemplate,
        "volumeClaimTemplates": [Self.volumeClaimTemplate(request.agent.spec.pod, settings, labels: labels)],
      ])
    if !annotations.isEmpty, case .object(var metadata) = sandbox.json["metadata"] {
      metadata.replace("annotations", with: .sorted(annotations))
      sandbox.json.replace("metadata", with: .object(metadata))
    }
    return sandbox
  }

  /// Makes a sandbox from a warm pool the session's. The claim's controller keeps its pod template's metadata as it is in
  /// the pool's; the rest is for its next pod, which has the session's own token.
  package var adoption: JSONObject {
    [
      "metadata": ["labels": .sorted(labels), "annotations": .sorted(annotations)],
      "spec": ["podTemplate": ["spec": podSpec]],
    ]
  }

  /// Turns the suspended sandbox of an earlier generation into this one: another pod on the same volume.
  package func renewal(ofClaimed isClaimed: Bool) -> JSONObject {
    var labels = self.labels.mapValues { JSONValue.string($0) }
    labels[ClusterLabel.ended] = .null
    return [
      "metadata": [
        "labels": .object(JSONObject(members: labels.sorted { $0.key < $1.key }.map(JSONObject.Member.init))),
        "annotations": [ClusterLabel.start: .null, ClusterLabel.startMessage: .null],
      ],
      // A time to end at that somebody gave the generation before would end this one at once.
      "spec": [
        "operatingMode": "Running", "shutdownTime": .null,
        "podTemplate": isClaimed ? ["spec": podSpec] : podTemplate,
      ],
    ]
  }

  /// The controller copies nothing from the sandbox's own labels to the pod.
  private var podTemplate: JSONValue {
    [
      "metadata": ["labels": .sorted(labels)],
      "spec": podSpec,
    ]
  }

  private var podSpec: JSONValue {
    PodManifest(
      agent: request.agent, settings: settings,
      admission: .tokenSecret(ClusterNames.runnerSecret(ofSandbox: name)), generation: request.generation
    ).spec
  }

  static func volumeClaimTemplate(
    _ pod: AgentSpec.Pod, _ settings: ClusterSettings, labels: [String: String]
  ) -> JSONValue {
    var spec: JSONObject = [
      "accessModes": ["ReadWriteOnce"],
      "resources": ["requests": ["storage": .string(pod.volumeSize?.description ?? "\(settings.volumeSize)")]],
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
