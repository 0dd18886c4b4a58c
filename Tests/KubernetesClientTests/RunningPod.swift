import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesTestSupport

extension TemporaryNamespace {
  /// Of busybox, which is there once it is ready.
  static func ofRunningPod(_ name: String, _ command: [JSONValue]) async throws -> TemporaryNamespace {
    let node = try await Node.shared()
    let space = try await TemporaryNamespace(node.api())
    let container: JSONValue = [
      "name": "main", "image": .string(try await node.load(.busybox)), "command": .array(command), "stdin": true,
      "tty": false,
    ]
    let account = CoreV1.ServiceAccount.self
    while try await space.api.find(account, "default", in: space.name) == nil {
      try await Task.sleep(for: .milliseconds(50))
    }
    _ = try await space.api.create(
      CoreV1.Pod(
        name: name, namespace: space.name,
        spec: [
          "containers": [container], "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
        ]))
    for await changes in space.api.watch(CoreV1.Pod.self, in: space.name) {
      let isReady = changes.contains {
        switch $0 {
        case .added(let pod), .modified(let pod): pod.isReady
        default: false
        }
      }
      if isReady { break }
    }
    return space
  }
}
