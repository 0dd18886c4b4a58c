import ClusterSupport
import ControlModel
import Foundation
import PaddockProgram
import Testing

/// The command line and a core, on a real control plane.
@Suite struct TeamOnClusterTests {
  @Test func aTeamIsMadeOnTheClusterKeptThereAndLeftThereInTheEnd() async throws {
    let cluster = try await ControlPlane.shared()
    let prefix = "t-\(UUID().uuidString.lowercased().prefix(8))-"
    let environment = [
      "PADDOCK_ENGINE": "kubernetes", "PADDOCK_KUBECONFIG": cluster.kubeconfigPath, "PADDOCK_NAMESPACE_PREFIX": prefix,
      "PADDOCK_RUNNER_IMAGE": "registry.example/runner:1", "PADDOCK_AGENT_IMAGE": "registry.example/agent:1",
    ]
    try await PaddockInstallation.run(environment: environment) { paddock in
      try await paddock.require("team", "create", "green", "--quota", "pods=7")
      let namespace = "\(prefix)green"
      try await eventually("the team is in step") { try await isInStep(paddock) }
      try await paddock.require("team", "set", "green", "--quota", "pods=3")
      try await eventually("the quota is changed") {
        let quota = try await cluster.require(
          "get", "resourcequota", "paddock", "--namespace", namespace, "--output", "jsonpath={.spec.hard.pods}")
        return quota == "3" ? true : nil
      }
      try await eventually("the team is in step again") { try await isInStep(paddock) }

      // The core itself looks again after a minute only.
      try await cluster.require("delete", "networkpolicy", "paddock-default-deny", "--namespace", namespace)
      let shown = try await paddock.require("team", "show", "green").output
      #expect(shown.contains("NetworkPolicy paddock-default-deny  missing"), "\(shown)")
      try await paddock.require("team", "set", "green", "--quota", "none")
      try await eventually("what was deleted is put back") { try await isInStep(paddock) }

      let deleted = try await paddock.require("team", "delete", "green", "--yes", "--reason", "test").output
      #expect(deleted.contains("kubectl delete namespace \(namespace)"), "\(deleted)")
      try await cluster.require("delete", "namespace", namespace, "--wait=false")
    }
  }

  private func isInStep(_ paddock: PaddockInstallation) async throws -> Bool? {
    try await paddock.json("team", "show", "green")["inStep"] == true ? true : nil
  }
}
