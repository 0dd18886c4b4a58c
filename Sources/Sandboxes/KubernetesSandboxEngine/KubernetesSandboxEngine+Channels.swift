import ControlModel
import KubernetesClient
import RunnerClient

extension KubernetesSandboxEngine {
  /// How long a pod that is told to be ready may go without an address: two watches tell of one sandbox.
  private static let addressPatience = Duration.seconds(3)

  func channel(to object: AgentsV1Beta1.Sandbox) async throws(ControlFailure) -> any RunnerChannel {
    let ways = RunnerWays(settings.runnerRoute, isInCluster: api.connection.context == nil)
    let namespace = object.namespace ?? ""
    let proxy = PodProxyChannel(proxy: api.proxy(to: object.podName, in: namespace, port: PodLayout.runnerPort))
    guard ways.isDirect else { return proxy }
    try await synchronise()
    return DirectPodChannel(
      network: try podNetwork(),
      address: { [weak self] () async throws(ControlFailure) in
        guard let self else { throw ControlFailure(.cancelled, "The engine is closed.") }
        return try await self.address(ofPodOf: object)
      }, detour: ways.usesProxy ? proxy : nil)
  }

  private func podNetwork() throws(ControlFailure) -> PodNetwork {
    if let network { return network }
    let made = try PodNetwork()
    network = made
    return made
  }

  /// Waits for it for a moment. A pod of the name that is not the sandbox's own is not told the token.
  private func address(ofPodOf object: AgentsV1Beta1.Sandbox) async throws(ControlFailure) -> PodAddress {
    let end = ContinuousClock.now + Self.addressPatience
    var changes = broadcast.stream().makeAsyncIterator()
    while true {
      if let address = address(ofPod: object.podName, in: object.namespace ?? "", owner: object.metadata.uid) {
        return address
      }
      guard ContinuousClock.now < end, !Task.isCancelled else {
        throw ControlFailure(.unavailable, "The pod '\(object.podName)' of \(object) has no address.")
      }
      _ = await changes.next(isolation: self)
    }
  }

  /// As the watches have it; of whoever's pod when no owner is named.
  func address(ofPod name: String, in namespace: String, owner: String? = nil) -> PodAddress? {
    guard let pod = cache.pods[.init(namespace: namespace, name: name)],
      owner == nil || pod.metadata.controller?.uid == owner
    else { return nil }
    return PodAddress(of: pod)
  }
}
