package import ControlModel
package import KubernetesClient

/// A sandbox of the cluster as one that others made; pure.
package struct ForeignReading: Sendable {
  package var object: AgentsV1Beta1.Sandbox
  package var pod: CoreV1.Pod?
  package var names: ClusterNames

  package init(object: AgentsV1Beta1.Sandbox, pod: CoreV1.Pod?, names: ClusterNames) {
    self.object = object
    self.pod = pod
    self.names = names
  }

  /// `nil` for what is no work of anybody: the volume of a session that has ended, and what waits in a warm pool. One
  /// with the label of a session may be another installation's.
  package var sandbox: ForeignSandbox? {
    guard !isStock, let id = SessionID(object.metadata.uid), let namespace = object.namespace else { return nil }
    let mark = ForeignMark(
      namespace: namespace, name: object.name, resourceVersion: object.metadata.resourceVersion,
      volumes: object.volumeClaimTemplates.compactMap { $0["metadata"]?["name"]?.stringValue },
      keeper: object.metadata.controller.map { "\($0.kind)/\($0.name)" } ?? "")
    var sandbox = ForeignSandbox(
      id: id, team: names.team(of: namespace), mark: mark, labelledSession: session,
      operatingMode: object.operatingMode == .running ? .running : .suspended,
      conditions: SandboxReading(object: object, pod: pod, names: names).conditions,
      createdAt: object.metadata.creationTimestamp ?? Timestamp(microseconds: 0), pod: foreignPod)
    sandbox.isDeleting = object.metadata.deletionTimestamp != nil
    return sandbox
  }

  private var session: SessionID? { object.metadata.labels[ClusterLabel.session].flatMap { SessionID($0) } }

  private var isStock: Bool {
    let labels = object.metadata.labels
    if labels[ClusterLabel.ended] != nil || labels[ClusterLabel.warmPoolMember] != nil { return true }
    if object.metadata.controller?.kind == ExtensionsV1Beta1.SandboxWarmPool.type.kind { return true }
    return session == nil && (labels.keys.contains { $0.hasPrefix("paddock.dev/") } || object.isTakenFromOwnPool)
  }

  /// A pod of the name that somebody else keeps is none of its.
  private var foreignPod: ForeignPod? {
    guard let pod, pod.metadata.controller?.uid == object.metadata.uid, let container = Self.container(of: pod) else {
      return nil
    }
    let status = pod.containerStatuses.first { $0.name == container }
    let run = status.map(Self.run) ?? (hasStarted: false, hasEnded: false)
    return ForeignPod(
      name: pod.name, uid: pod.metadata.uid,
      createdAt: pod.metadata.creationTimestamp ?? Timestamp(microseconds: 0),
      isDeleting: pod.metadata.deletionTimestamp != nil, hasFailed: pod.phase == "Failed", container: container,
      restarts: status?.restartCount ?? 0, hasStarted: run.hasStarted, hasEnded: run.hasEnded,
      node: pod.nodeName ?? "")
  }

  /// While a container waits to be started again, the node has the log of the run that ended.
  private static func run(of status: CoreV1.ContainerStatus) -> (hasStarted: Bool, hasEnded: Bool) {
    switch (status.state, status.lastState) {
    case (.running, _): (true, false)
    case (.terminated, _), (.waiting, .terminated): (true, true)
    case (.waiting, _), (.unknown, _): (false, false)
    }
  }

  /// The one that its maker says is meant, one that is called as ours are, or the first.
  package static func container(of pod: CoreV1.Pod) -> String? {
    let names = pod.containerNames
    let said = pod.metadata.annotations["kubectl.kubernetes.io/default-container"]
    if let said, names.contains(said) { return said }
    return names.contains(PodLayout.container) ? PodLayout.container : names.first
  }
}
