package import ControlModel

/// `agents.x-k8s.io/v1beta1` of kubernetes-sigs/agent-sandbox.
package enum AgentsV1Beta1 {
  package struct Sandbox: KubernetesResource {
    package static let type = ResourceType(
      group: "agents.x-k8s.io", version: "v1beta1", kind: "Sandbox", plural: "sandboxes")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package enum OperatingMode: String, Sendable {
      case running = "Running"
      case suspended = "Suspended"
    }

    /// What is wanted; `Running` where nothing is said.
    package var operatingMode: OperatingMode {
      spec?["operatingMode"]?.stringValue.flatMap(OperatingMode.init) ?? .running
    }
    package var shutdownTime: Timestamp? { spec?["shutdownTime"]?.timestampValue }
    package var podTemplate: JSONValue? { spec?["podTemplate"] }
    package var volumeClaimTemplates: [JSONValue] { spec?["volumeClaimTemplates"]?.arrayValue ?? [] }

    /// The only condition that can be relied on: `Suspended` may be left over from before a resume.
    package var ready: Condition? { condition("Ready") }
    package var isReady: Bool { ready?.state == .yes }
    /// The label selector of its pods.
    package var podSelector: String? { status?["selector"]?.stringValue }
    /// Empty while there is no pod.
    package var podIPs: [String] { status?["podIPs"]?.strings ?? [] }
    package var nodeName: String? { status?["nodeName"]?.stringValue }
    /// The pod bears the sandbox's name unless it was adopted from a warm pool.
    package var podName: String { metadata.annotations["agents.x-k8s.io/pod-name"] ?? name }
  }
}

/// `extensions.agents.x-k8s.io/v1beta1` of kubernetes-sigs/agent-sandbox.
package enum ExtensionsV1Beta1 {
  package struct SandboxTemplate: KubernetesResource {
    package static let type = ResourceType(
      group: "extensions.agents.x-k8s.io", version: "v1beta1", kind: "SandboxTemplate", plural: "sandboxtemplates")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var podTemplate: JSONValue? { spec?["podTemplate"] }
    package var networkPolicyManagement: String? { spec?["networkPolicyManagement"]?.stringValue }
  }

  package struct SandboxWarmPool: KubernetesResource {
    package static let type = ResourceType(
      group: "extensions.agents.x-k8s.io", version: "v1beta1", kind: "SandboxWarmPool", plural: "sandboxwarmpools")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var templateName: String? { spec?["sandboxTemplateRef"]?["name"]?.stringValue }
    package var replicas: Int64 { spec?["replicas"]?.integerValue ?? 0 }
    package var currentReplicas: Int64 { status?["replicas"]?.integerValue ?? 0 }
    package var readyReplicas: Int64 { status?["readyReplicas"]?.integerValue ?? 0 }
  }

  package struct SandboxClaim: KubernetesResource {
    package static let type = ResourceType(
      group: "extensions.agents.x-k8s.io", version: "v1beta1", kind: "SandboxClaim", plural: "sandboxclaims")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var warmPoolName: String? { spec?["warmPoolRef"]?["name"]?.stringValue }
    package var isReady: Bool { condition("Ready")?.state == .yes }
    /// The sandbox it was given; `nil` while it waits.
    package var sandboxName: String? {
      status?["sandbox"]?["name"]?.stringValue ?? metadata.annotations["agents.x-k8s.io/sandbox-name"]
    }
    package var podIPs: [String] { status?["sandbox"]?["podIPs"]?.strings ?? [] }
  }
}
