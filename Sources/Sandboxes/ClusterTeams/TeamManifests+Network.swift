import ControlModel
import KubernetesSandboxEngine

/// Network policies add up: the first takes everything away from every pod, the others give back.
extension TeamManifests {
  var denyAll: JSONValue {
    policy("paddock-default-deny", ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])
  }

  /// From anywhere: a pod proxy's stream comes from the API server's own address, which no selector names. The
  /// runner's token guards the port.
  var runnerIngress: JSONValue {
    policy(
      "paddock-runner",
      [
        "podSelector": ["matchLabels": [ClusterLabel.managedBy: .string(ClusterLabel.manager)]],
        "policyTypes": ["Ingress"],
        "ingress": [["ports": [["protocol": "TCP", "port": JSONValue(PodLayout.runnerPort)]]]],
      ])
  }

  /// One empty rule is every address and port, DNS among them.
  var hostEgress: JSONValue {
    policy(
      "paddock-network-host",
      [
        "podSelector": ["matchLabels": [ClusterLabel.network: .string(AgentSpec.Network.host.rawValue)]],
        "policyTypes": ["Egress"], "egress": [[:]],
      ])
  }

  private func policy(_ name: String, _ spec: JSONValue) -> JSONValue {
    object("networking.k8s.io/v1", "NetworkPolicy", name, ["spec": spec])
  }
}
