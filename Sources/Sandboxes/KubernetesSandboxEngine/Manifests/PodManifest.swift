package import ControlModel
import SessionWorkspace

/// The pod of a sandbox as `v1.PodSpec`; a pure function of the agent's declaration and the cluster's settings.
///
/// Nothing of a session is in it but its token, and not even that in a warm pool's: the runner waits to be handed its
/// session. The token is a variable and no file, since an agent of the same user could read a file.
package struct PodManifest: Sendable, Hashable {
  /// How the runner knows who may speak to it.
  package enum Admission: Sendable, Hashable {
    /// The secret whose `token` it asks of its callers.
    case tokenSecret(String)
    /// The token comes with the session, from who shows the key of this fingerprint.
    case key(fingerprint: String)
  }

  package var agent: Agent
  package var settings: ClusterSettings
  package var admission: Admission
  /// What an earlier generation left on the volume is no session to go on with.
  package var generation: Int

  package init(agent: Agent, settings: ClusterSettings, admission: Admission, generation: Int) {
    self.agent = agent
    self.settings = settings
    self.admission = admission
    self.generation = generation
  }

  package var spec: JSONValue {
    var spec: JSONObject = [
      "automountServiceAccountToken": false, "enableServiceLinks": false, "restartPolicy": "Always",
      "terminationGracePeriodSeconds": JSONValue(settings.terminationGracePeriod), "securityContext": podSecurity,
      "initContainers": [runnerContainer, workspaceContainer], "containers": [agentContainer],
      "volumes": [
        ["name": .string(PodLayout.runnerVolume), "emptyDir": [:]], ["name": "tmp", "emptyDir": [:]],
      ],
    ]
    spec["runtimeClassName"] = pod.runtimeClassName.map(JSONValue.string)
    if !pod.nodeSelector.isEmpty { spec["nodeSelector"] = .sorted(pod.nodeSelector) }
    if !pod.tolerations.isEmpty { spec["tolerations"] = .array(pod.tolerations) }
    if !pod.imagePullSecrets.isEmpty {
      spec["imagePullSecrets"] = .array(pod.imagePullSecrets.map { ["name": .string($0)] })
    }
    return .object(spec)
  }

  private var pod: AgentSpec.Pod { agent.spec.pod }
  private var image: JSONValue { .string(pod.image ?? settings.agentImage) }

  /// `fsGroup` gives the volume to the user; the pod's processes have no way back to another one.
  private var podSecurity: JSONValue {
    [
      "runAsNonRoot": true, "runAsUser": JSONValue(settings.user), "runAsGroup": JSONValue(settings.user),
      "fsGroup": JSONValue(settings.user), "fsGroupChangePolicy": "OnRootMismatch",
      "seccompProfile": ["type": "RuntimeDefault"],
    ]
  }

  private func containerSecurity(isReadOnly: Bool) -> JSONValue {
    [
      "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": .bool(isReadOnly),
      "capabilities": ["drop": ["ALL"]],
    ]
  }

  private var runnerContainer: JSONValue {
    [
      "name": .string(PodLayout.runnerContainer), "image": .string(settings.runnerImage),
      "command": ["/paddock-runner", "install", .string(PodLayout.runner)],
      "securityContext": containerSecurity(isReadOnly: true), "resources": smallResources,
      "volumeMounts": [mount(PodLayout.runnerVolume, PodLayout.runner)],
      "terminationMessagePolicy": "FallbackToLogsOnError",
    ]
  }

  private var workspaceContainer: JSONValue {
    let preparation = WorkspacePreparation(agent.spec)
    return [
      "name": .string(PodLayout.workspaceContainer), "image": image,
      "command": .array((Self.entrance + preparation.command).map(JSONValue.string)),
      "env": .variables(preparation.environment),
      "securityContext": containerSecurity(isReadOnly: pod.readOnlyRootFilesystem), "resources": resources,
      "volumeMounts": [mount(PodLayout.workspaceVolume, PodLayout.workspace), mount("tmp", "/tmp")],
      "terminationMessagePolicy": "FallbackToLogsOnError",
    ]
  }

  /// The runner makes no directories.
  private static let entrance = [
    "/bin/sh", "-c", "mkdir -p \(PodLayout.runnerState) && exec \"$@\"", "paddock-pod",
  ]

  private var agentContainer: JSONValue {
    [
      "name": .string(PodLayout.container), "image": image,
      "command": .array(runnerCommand.map(JSONValue.string)), "env": .array(runnerVariables),
      "ports": [["name": "runner", "containerPort": JSONValue(PodLayout.runnerPort), "protocol": "TCP"]],
      "readinessProbe": ["tcpSocket": ["port": "runner"], "periodSeconds": 1],
      "securityContext": containerSecurity(isReadOnly: pod.readOnlyRootFilesystem), "resources": resources,
      "volumeMounts": [
        mount(PodLayout.workspaceVolume, PodLayout.workspace), mount("tmp", "/tmp"),
        mount(PodLayout.runnerVolume, PodLayout.runner, isReadOnly: true),
      ],
      "terminationMessagePolicy": "FallbackToLogsOnError",
    ]
  }

  private var runnerCommand: [String] {
    let command = [
      "\(PodLayout.runner)/paddock-runner", "serve", "--listen", "0.0.0.0:\(PodLayout.runnerPort)", "--session",
      PodLayout.session, "--generation", "\(generation)",
    ]
    guard case .key(let fingerprint) = admission else { return command }
    return command + ["--handover-key", fingerprint]
  }

  private var runnerVariables: [JSONValue] {
    guard case .tokenSecret(let secret) = admission else { return [] }
    return [
      [
        "name": "PADDOCK_RUNNER_TOKEN",
        "valueFrom": ["secretKeyRef": ["name": .string(secret), "key": .string(PodLayout.tokenKey)]],
      ]
    ]
  }

  private var resources: JSONValue {
    var limits: [String: String] = [:]
    limits["cpu"] = agent.spec.limits.cpu.map { $0.written { "\($0)m" } }
    limits["memory"] = agent.spec.limits.memory?.description
    return limits.isEmpty ? [:] : ["limits": .sorted(limits), "requests": .sorted(limits)]
  }

  /// A pod takes the most that one of its init containers asks for as long as it lives, and copying a file is over in a
  /// moment: so it asks for next to nothing. The limit counts the pages of the file, too.
  private var smallResources: JSONValue {
    ["limits": ["cpu": "500m", "memory": "256Mi"], "requests": ["cpu": "1m", "memory": "16Mi"]]
  }

  private func mount(_ name: String, _ path: String, isReadOnly: Bool = false) -> JSONValue {
    isReadOnly
      ? ["name": .string(name), "mountPath": .string(path), "readOnly": true]
      : ["name": .string(name), "mountPath": .string(path)]
  }
}

extension JSONValue {
  /// Members in the order of their names, so that the same manifest is always the same text.
  static func sorted(_ members: [String: String]) -> JSONValue {
    .object(
      JSONObject(members: members.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
  }

  static func variables(_ environment: [String: String]) -> JSONValue {
    .array(environment.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] })
  }
}
