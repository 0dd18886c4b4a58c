package import ControlModel

package enum AppsV1 {
  package struct Deployment: KubernetesResource {
    package static let type = ResourceType(group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var replicas: Int64 { spec?["replicas"]?.integerValue ?? 1 }
    package var readyReplicas: Int64 { status?["readyReplicas"]?.integerValue ?? 0 }
    package var updatedReplicas: Int64 { status?["updatedReplicas"]?.integerValue ?? 0 }
    /// The replicas above are of this generation of `spec`.
    package var observedGeneration: Int64? { status?["observedGeneration"]?.integerValue }
  }
}

package enum NetworkingV1 {
  package struct NetworkPolicy: KubernetesResource {
    package static let type = ResourceType(
      group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var policyTypes: [String] { spec?["policyTypes"]?.strings ?? [] }
  }
}

package enum CoordinationV1 {
  package struct Lease: KubernetesResource {
    package static let type = ResourceType(
      group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    package var holderIdentity: String? { spec?["holderIdentity"]?.stringValue }
    /// In seconds.
    package var leaseDuration: Int64? { spec?["leaseDurationSeconds"]?.integerValue }
    package var acquireTime: Timestamp? { spec?["acquireTime"]?.timestampValue }
    package var renewTime: Timestamp? { spec?["renewTime"]?.timestampValue }
    package var leaseTransitions: Int64 { spec?["leaseTransitions"]?.integerValue ?? 0 }
  }
}
