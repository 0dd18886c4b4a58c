package import ControlModel
package import KubernetesClient

/// Why a pod does not run, or how it ended, in the cluster's own words. The sandbox's conditions never say it.
package struct PodAccount: Sendable, Hashable {
  /// What the cluster does to pods for its own reasons.
  static let takings: Set<String> = ["NodeLost", "Preempted", "Evicted"]

  /// One word for programs: `ImagePullBackOff`, `Unschedulable`, `OOMKilled`, `Evicted`, `NodeLost`.
  package var reason: String
  package var message: String

  package init(reason: String, message: String) {
    self.reason = reason
    self.message = message
  }

  /// `nil` for a pod that is well, as far as it says. What concerns the whole pod comes before its containers, and what
  /// runs first before what runs after it.
  /// `events` are the cluster's, newest first: some reasons stand nowhere else.
  package init?(_ pod: CoreV1.Pod, events: [ClusterEvent] = []) {
    guard
      let account = Self.ofPod(pod) ?? Self.ofTaking(pod, events) ?? Self.ofContainers(pod)
        ?? Self.ofHindrance(pod, events)
    else { return nil }
    self = account
  }

  private static func ofPod(_ pod: CoreV1.Pod) -> PodAccount? {
    if let reason = pod.reason, !reason.isEmpty {
      return PodAccount(reason: reason, message: pod.message ?? "The pod says no more.")
    }
    if let disruption = disruption(pod) { return disruption }
    if pod.phase == "Unknown" {
      return PodAccount(reason: "NodeLost", message: "The node \(pod.nodeName ?? "of the pod") no longer answers.")
    }
    if let scheduled = pod.condition("PodScheduled"), scheduled.state == .no {
      return PodAccount(reason: scheduled.reason, message: scheduled.message)
    }
    return nil
  }

  /// Kubernetes 1.26 and newer say before they take a pod away that they do, and why.
  private static func disruption(_ pod: CoreV1.Pod) -> PodAccount? {
    guard let condition = pod.condition("DisruptionTarget"), condition.state == .yes else { return nil }
    let node = pod.nodeName.map { "the node \($0)" } ?? "its node"
    let said = condition.message.isEmpty ? condition.reason : "\(condition.reason): \(condition.message)"
    return switch condition.reason {
    case "DeletionByTaintManager":
      PodAccount(reason: "NodeLost", message: "The cluster has given up \(node), or empties it (\(said)).")
    case "PreemptionByScheduler":
      PodAccount(reason: "Preempted", message: "It gives way to something more important on \(node) (\(said)).")
    default: PodAccount(reason: "Evicted", message: "It is taken off \(node) (\(said)).")
    }
  }

  /// A kubelet that evicts says it in an event, and the pod may then end as if it had succeeded; that a node is not ready
  /// is said of its pods by events alone before Kubernetes 1.26.
  private static func ofTaking(_ pod: CoreV1.Pod, _ events: [ClusterEvent]) -> PodAccount? {
    let node = pod.nodeName.map { "the node \($0)" } ?? "its node"
    for event in events where event.isWarning && isOfThisLife(event, pod) {
      switch event.reason {
      case "Evicted": return PodAccount(reason: "Evicted", message: "\(node.capitalizedFirst): \(event.message)")
      case "Preempted", "Preempting": return PodAccount(reason: "Preempted", message: event.message)
      case "NodeNotReady": return PodAccount(reason: "NodeLost", message: "\(node.capitalizedFirst) no longer answers.")
      default: continue
      }
    }
    return nil
  }

  /// Why a pod does not come to run, where its containers only wait.
  private static func ofHindrance(_ pod: CoreV1.Pod, _ events: [ClusterEvent]) -> PodAccount? {
    guard pod.phase == "Pending" else { return nil }
    let hindrances = ["FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady"]
    let event = events.first { $0.isWarning && hindrances.contains($0.reason) && isOfThisLife($0, pod) }
    return event.map { PodAccount(reason: $0.reason, message: $0.message) }
  }

  /// Pods of one name follow each other, and what was so an hour ago may be over.
  private static func isOfThisLife(_ event: ClusterEvent, _ pod: CoreV1.Pod) -> Bool {
    guard event.object == "Pod/\(pod.name)" else { return false }
    if let made = pod.metadata.creationTimestamp, event.time < made { return false }
    guard let ready = pod.condition("Ready")?.lastTransitionTime else { return true }
    return event.time.seconds(since: ready) > -120
  }

  private static func ofContainers(_ pod: CoreV1.Pod) -> PodAccount? {
    for status in pod.initContainerStatuses + pod.containerStatuses {
      if let account = of(status) { return account }
    }
    return nil
  }

  private static func of(_ status: CoreV1.ContainerStatus) -> PodAccount? {
    switch status.state {
    case .waiting(let reason, let message):
      guard !["", "PodInitializing", "ContainerCreating"].contains(reason) else { return nil }
      if case .terminated(let last) = status.lastState { return PodAccount(status, last, then: reason) }
      return PodAccount(reason: reason, message: message.isEmpty ? "Container '\(status.name)' waits." : message)
    case .terminated(let end) where end.exitCode != 0 || end.reason == "OOMKilled":
      return PodAccount(status, end, then: nil)
    case .terminated, .running, .unknown: return nil
    }
  }

  /// A container in a crash loop: how it ends is what one wants to know.
  private init(_ status: CoreV1.ContainerStatus, _ end: CoreV1.Termination, then reason: String?) {
    let how =
      switch end.exitCode {
      case _ where end.reason == "OOMKilled": "was killed: it used more memory than its limit"
      case 128 + 15: "was told to stop, and the cluster does not say why"
      default: "ended with status \(end.exitCode)"
      }
    let said = Self.lastLine(end.message)
    self.init(
      reason: end.reason == "OOMKilled" ? end.reason : reason ?? end.reason,
      message: "Container '\(status.name)' \(how)\(said.isEmpty ? "" : ": \(said)").")
  }

  /// `FallbackToLogsOnError` puts the last lines of a container's log there.
  private static func lastLine(_ text: String) -> String {
    var line = text.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    while line.hasSuffix(".") || line.hasSuffix(" ") { line.removeLast() }
    return line
  }
}
