import ClusterSupport
import ControlModel
import PaddockProgram
import Testing

/// The walk of the plainest agent with its sandbox on a real node, recorded through the API server's pod proxy.
@Suite(.serialized) struct KubernetesExecSessionTests {
  @Test func aSessionInAPodLivesThroughEverythingOperatorsDo() async throws {
    try await KubernetesStack.run(agents: .busybox) { stack in
      let id = try await ExecWalk(paddock: stack.paddock).untilItIsKilled()
      #expect(try await stack.names(of: "pods").isEmpty)
      #expect(try await stack.names(of: "persistentvolumeclaims").count == 1)
      try await stack.paddock.require("session", "purge", id, "--yes", "--reason", "test")
      try await eventually("the volume is gone") {
        try await stack.names(of: "sandboxes,secrets,persistentvolumeclaims").allSatisfy {
          $0.hasPrefix("secret/default-token")
        } ? true : nil
      }
    }
  }
}
