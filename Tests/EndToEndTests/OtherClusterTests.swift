import ClusterSupport
import PaddockProgram
import Testing

/// `paddock up` towards a second cluster, on two real API servers.
@Suite struct OtherClusterTests {
  @Test func sessionsOfOneClusterAreNotStartedOnAnother() async throws {
    let clusters = [try await ControlPlane.start(), try await ControlPlane.start()]
    let environment = [
      "PADDOCK_ENGINE": "kubernetes", "PADDOCK_KUBECONFIG": clusters[0].kubeconfigPath,
      "PADDOCK_RUNNER_IMAGE": "paddock.test/runner", "PADDOCK_AGENT_IMAGE": "paddock.test/agent",
    ]
    try await PaddockInstallation.run(environment: environment) { paddock in
      try await paddock.apply(agent: "idle", "runtime: exec\ncommand: [/bin/true]")
      _ = try await paddock.start(agent: "idle")
      let other = ["up", "--headless", "--kubeconfig", clusters[1].kubeconfigPath]
      let besideACore = try await paddock.paddock(other)
      #expect(besideACore.status == 1 && besideACore.errors.contains("is at work with the engine 'kubernetes' at"))

      try await paddock.require("down")
      let alone = try await paddock.paddock(other)
      let servers = try clusters.map { try $0.server }
      #expect(alone.status == 1)
      #expect(
        alone.errors.contains(
          "The engine 'kubernetes' at \(servers[1]) cannot take over: sessions live on the engine 'kubernetes' at "
            + "\(servers[0]) (1)."))
      #expect(alone.errors.contains("--context"))
      try await paddock.require("up", "--headless")
    }
    for cluster in clusters { try await cluster.stop() }
  }
}
