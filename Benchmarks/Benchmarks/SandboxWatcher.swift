import Glibc
import KubernetesClient

/// The part of Paddock that is compared with `kubectl get -w`, in a process of its own: lists and watches all
/// sandboxes, holds them as the engine does, and prints a line for each that is new or has changed.
enum SandboxWatcher {
  /// Not for people: the benchmark starts its own program with it, and the path of a kubeconfig.
  static let argument = "watch-sandboxes"

  static func run(kubeconfig: String) async throws {
    let api = try KubernetesAPI(.load(KubeconfigSource(explicitPath: kubeconfig)))
    var sandboxes: [String: AgentsV1Beta1.Sandbox] = [:]
    for await changes in api.watch(AgentsV1Beta1.Sandbox.self, timing: .init(beginsWithSnapshot: true)) {
      var lines: [UInt8] = []
      for change in changes {
        switch change {
        case .added(let sandbox), .modified(let sandbox):
          sandboxes["\(sandbox.namespace ?? "")/\(sandbox.name)"] = sandbox.outline
          lines += line(sandbox)
        case .deleted(let reference): sandboxes["\(reference.namespace ?? "")/\(reference.name)"] = nil
        case .trouble(let error): throw BenchmarkFailure("the watch was interrupted: \(error)")
        case .synced, .recovered: break
        }
      }
      guard write(STDOUT_FILENO, lines, lines.count) == lines.count else { return }
    }
  }

  /// The columns that kubectl prints.
  private static func line(_ sandbox: AgentsV1Beta1.Sandbox) -> [UInt8] {
    let ready = sandbox.ready
    let columns = [sandbox.namespace ?? "", sandbox.name, ready.map { "\($0.state)" } ?? "", ready?.reason ?? ""]
    return Array((columns.joined(separator: "   ") + "\n").utf8)
  }
}
