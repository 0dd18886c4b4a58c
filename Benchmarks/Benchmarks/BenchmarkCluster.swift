import Glibc
import KubernetesClient

/// A real API server with the kinds of agent-sandbox, and nobody who acts on them.
struct BenchmarkCluster: Sendable {
  let kubeconfig: String
  /// The folder of kubectl and its like.
  let programs: String
  let api: KubernetesAPI

  static func during<Value>(
    _ workbench: Workbench, _ body: (BenchmarkCluster) async throws -> Value
  ) async throws -> Value {
    let directory = workbench.folder + "/cluster"
    let programs = try await TestsSupport.run("kubernetes-binaries", "control-plane")
    let kubeconfig = try await TestsSupport.run("control-plane", "up", directory, "--kinds", "--while", "\(getpid())")
    do {
      let api = try KubernetesAPI(.load(KubeconfigSource(explicitPath: kubeconfig)))
      let value = try await body(BenchmarkCluster(kubeconfig: kubeconfig, programs: programs, api: api))
      _ = try await TestsSupport.run("control-plane", "down", directory)
      return value
    } catch {
      _ = try? await TestsSupport.run("control-plane", "down", directory)
      throw error
    }
  }
}
