import ControlModel
import KubernetesClient
import KubernetesSandboxEngine

/// The cores. They keep nothing: what they know is in the database, so any of them can go at any time.
extension InstallationManifests {
  private static let scratch = "/var/lib/paddock"

  /// No readiness probe, and none goes before another has come: a core of a later version waits until those of the
  /// former have ended (docs/core-replicas.md), so it must count as ready while it waits.
  var deployment: AppsV1.Deployment {
    AppsV1.Deployment(
      name: Self.name, namespace: namespaceName, labels: Self.labels,
      spec: [
        "replicas": JSONValue(replicas),
        "selector": ["matchLabels": .object(Self.selector)],
        "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0]],
        "template": ["metadata": ["labels": JSONValue(sorted: Self.labels)], "spec": podSpec],
      ])
  }

  private var podSpec: JSONValue {
    var spec: JSONObject = [
      "serviceAccountName": .string(Self.name), "automountServiceAccountToken": true, "enableServiceLinks": false,
      // For the steps in flight, and a margin. A core that was stopped does not hear that it should end: its sessions
      // wait for as long.
      "terminationGracePeriodSeconds": 20,
      "securityContext": [
        "runAsNonRoot": true, "runAsUser": JSONValue(cluster.user), "runAsGroup": JSONValue(cluster.user),
        "fsGroup": JSONValue(cluster.user), "seccompProfile": ["type": "RuntimeDefault"],
      ],
      "topologySpreadConstraints": [spread],
      "containers": [container],
      "volumes": [["name": "scratch", "emptyDir": ["sizeLimit": "64Mi"]]],
    ]
    if !imagePullSecrets.isEmpty {
      spec["imagePullSecrets"] = .array(imagePullSecrets.map { ["name": .string($0)] })
    }
    return .object(spec)
  }

  /// A wish: on a cluster of one node all of them run there.
  private var spread: JSONValue {
    [
      "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
      "labelSelector": ["matchLabels": .object(Self.selector)],
    ]
  }

  private var container: JSONValue {
    [
      "name": "core", "image": .string(image), "command": .array(command.map(JSONValue.string)),
      "env": [
        [
          "name": "PADDOCK_DATABASE_URL",
          "valueFrom": ["secretKeyRef": ["name": .string(database.name), "key": .string(database.key)]],
        ]
      ],
      "ports": [["name": "metrics", "containerPort": JSONValue(Self.port), "protocol": "TCP"]],
      // A core that was stopped keeps its sessions from the others until it goes on or is killed.
      "livenessProbe": [
        "httpGet": ["path": "/healthz", "port": "metrics"], "initialDelaySeconds": 5, "periodSeconds": 5,
        "timeoutSeconds": 3, "failureThreshold": 3,
      ],
      // No limit of CPU: a core that is held back answers its probe too late.
      "resources": ["limits": ["memory": "1Gi"], "requests": ["cpu": "200m", "memory": "256Mi"]],
      "securityContext": [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ],
      "volumeMounts": [["name": "scratch", "mountPath": .string(Self.scratch)]],
      "terminationMessagePolicy": "FallbackToLogsOnError",
    ]
  }

  private var command: [String] {
    var command = [
      "paddock", "core", "--engine", "kubernetes", "--listen", "0.0.0.0:\(Self.port)", "--data-dir", Self.scratch,
      "--runner-image", cluster.runnerImage, "--agent-image", cluster.agentImage,
      "--namespace-prefix", cluster.names.namespacePrefix,
    ]
    if let name = cluster.storageClassName { command += ["--storage-class", name] }
    return command
  }
}
