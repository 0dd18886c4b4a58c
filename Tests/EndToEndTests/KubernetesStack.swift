import ClusterSupport
import Foundation
import PaddockProgram

/// A whole Paddock whose sandboxes are pods of the tests' node; the namespace of its one team is its own.
struct KubernetesStack: Sendable {
  let node: Node
  let paddock: PaddockInstallation
  /// Of the team `engineering`.
  let namespace: String

  static func run(
    agents image: Node.Image, _ body: (KubernetesStack) async throws -> Void
  ) async throws {
    let runner = PaddockInstallation.products + "/paddock-runner"
    try await onNode(runner: runner, agents: image) { node, environment, namespace in
      try await PaddockInstallation.run(environment: environment) { paddock in
        try await body(KubernetesStack(node: node, paddock: paddock, namespace: namespace))
      }
    }
  }

  /// What a Paddock has to be told for its sandboxes to be there, with this program as their runner.
  static func onNode(
    runner: String, agents image: Node.Image,
    _ body: (_ node: Node, _ environment: [String: String], _ namespace: String) async throws -> Void
  ) async throws {
    let node = try await Node.shared()
    let prefix = "t-\(UUID().uuidString.lowercased().prefix(8))-"
    let namespace = "\(prefix)engineering"
    try await node.require("create", "namespace", namespace)
    let environment = [
      "PADDOCK_ENGINE": "kubernetes", "PADDOCK_KUBECONFIG": node.kubeconfigPath, "PADDOCK_NAMESPACE_PREFIX": prefix,
      "PADDOCK_RUNNER_IMAGE": try await node.load(.runner(program: runner)),
      "PADDOCK_AGENT_IMAGE": try await node.load(image),
    ]
    try await body(node, environment, namespace)
    _ = try await node.kubectl("delete", "namespace", namespace, "--wait=false")
  }

  /// The names of what there is of a kind in the team's namespace.
  func names(of kind: String) async throws -> [String] {
    try await node.require("get", kind, "--namespace", namespace, "--output", "name").split(separator: "\n")
      .map(String.init)
  }
}
