import ControlModel
import KubernetesClient

/// Sandboxes as sessions have them, without anything that acts on them: 3 to 4 KB each as JSON, and what the server
/// adds (`managedFields`).
struct SandboxPopulation: Sendable {
  let api: KubernetesAPI
  let count: Int

  static let namespace = "bench"
  private static let writers = 24

  static func name(_ index: Int) -> String {
    let digits = "\(index)"
    return "session-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  func make() async throws {
    _ = try await api.create(CoreV1.Namespace(name: Self.namespace))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<Self.writers {
        group.addTask {
          for index in stride(from: writer, to: count, by: Self.writers) {
            _ = try await api.create(try Self.sandbox(index))
            try await report(index, ready: true)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// What a controller writes when a pod has become ready, or is no longer.
  func report(_ index: Int, ready: Bool) async throws {
    let status = try JSONValue(parsing: Self.status(index, ready: ready))
    _ = try await api.patch(
      AgentsV1Beta1.Sandbox.self, Self.name(index), in: Self.namespace, subresource: "status",
      with: ["status": status])
  }

  private static func sandbox(_ index: Int) throws -> AgentsV1Beta1.Sandbox {
    let labels = [
      "app.kubernetes.io/managed-by": "paddock", "paddock.dev/team": "team-\(index % 40)", "paddock.dev/agent": "fixer",
      "paddock.dev/session": "0192f0c1-7c3e-7b61-9d4b-0000000\(name(index).suffix(5))", "paddock.dev/generation": "1",
    ]
    return AgentsV1Beta1.Sandbox(
      name: name(index), namespace: namespace, labels: labels, spec: try JSONValue(parsing: spec(index)))
  }

  private static func status(_ index: Int, ready: Bool) -> String {
    let (state, reason, text) =
      ready
      ? ("True", "DependenciesReady", "Pod is Ready; Service Exists")
      : ("False", "DependenciesNotReady", "Pod exists with phase: Pending; waiting for the container runner to start")
    return """
      {"conditions": [{"type": "Ready", "status": "\(state)", "reason": "\(reason)", "message": "\(text)", \
      "lastTransitionTime": "2026-11-20T10:00:00Z", "observedGeneration": 1}],
      "selector": "agents.x-k8s.io/sandbox-name-hash=\(index)", "podIPs": ["10.1.\(index / 250).\(index % 250)"], \
      "nodeName": "worker-\(index % 100)", "service": "\(name(index))", \
      "serviceFQDN": "\(name(index)).\(namespace).svc.cluster.local"}
      """
  }

  private static let container = """
    "resources": {"requests": {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "2Gi"}, \
    "limits": {"cpu": "2", "memory": "4Gi", "ephemeral-storage": "8Gi"}},
    "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}, \
    "readOnlyRootFilesystem": true, "runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
    "volumeMounts": [{"name": "workspace", "mountPath": "/workspace"}, {"name": "runner", "mountPath": "/paddock"}, \
    {"name": "temporary", "mountPath": "/tmp"}]
    """

  private static func spec(_ index: Int) -> String {
    let variables = (0..<12).map {
      "{\"name\": \"AGENT_SETTING_\($0)\", \"value\": \"what the agent is told by number \($0) of \(index)\"}"
    }
    return """
      {"podTemplate": {
        "metadata": {"labels": {"paddock.dev/session": "\(name(index))", "paddock.dev/team": "team-\(index % 40)"},
          "annotations": {"paddock.dev/title": "Make the tests of package \(index) pass again and say what was wrong"}},
        "spec": {"automountServiceAccountToken": false, "enableServiceLinks": false, "restartPolicy": "Never",
          "terminationGracePeriodSeconds": 30, "nodeSelector": {"kubernetes.io/os": "linux", "pool": "agents"},
          "tolerations": [{"key": "agents", "operator": "Exists", "effect": "NoSchedule"}],
          "securityContext": {"fsGroup": 1000, "runAsUser": 1000, "runAsGroup": 1000, "runAsNonRoot": true},
          "initContainers": [{"name": "install", "image": "registry.example.com/paddock/runner:1.4.2",
            "command": ["/paddock-runner", "install", "/paddock"], \(container)}],
          "containers": [{"name": "agent", "image": "registry.example.com/agents/claude-code:2026-11-01",
            "command": ["/paddock/paddock-runner", "run", "--listen", "0.0.0.0:7070"],
            "env": [\(variables.joined(separator: ", "))],
            "ports": [{"name": "runner", "containerPort": 7070, "protocol": "TCP"}],
            "readinessProbe": {"httpGet": {"path": "/healthz", "port": "runner"}, "periodSeconds": 5}, \(container)}],
          "volumes": [{"name": "runner", "emptyDir": {"sizeLimit": "64Mi"}}, {"name": "temporary", "emptyDir": {}}]}},
      "volumeClaimTemplates": [{"metadata": {"name": "workspace"}, "spec": {"accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": "10Gi"}}}}],
      "operatingMode": "Running", "shutdownPolicy": "Retain"}
      """
  }
}
