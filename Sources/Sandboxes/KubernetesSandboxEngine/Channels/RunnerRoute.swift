/// How a core reaches the runners in a cluster's pods: `--runner-channel`.
package enum RunnerRoute: String, Sendable, Hashable, CaseIterable {
  /// Direct where the core is in the cluster, with the proxy to fall back on; through the proxy elsewhere.
  case auto
  /// Through the API server, which reaches pods from wherever it is.
  case proxy
  /// Straight to the pod's address.
  case direct
}

/// The ways that a route allows, where the core runs.
struct RunnerWays: Sendable, Hashable {
  var isDirect: Bool
  var usesProxy: Bool

  /// `isInCluster`: the core speaks to the API server as its own pod's service account. A core in a pod of some other
  /// cluster has a kubeconfig, and no way to the pods.
  init(_ route: RunnerRoute, isInCluster: Bool) {
    isDirect = route == .direct || route == .auto && isInCluster
    usesProxy = route != .direct
  }
}
