import ControlModel
package import KubernetesClient

/// Why a pod does not run, or how it ended, in the cluster's own words. The sandbox's conditions never say it.
package struct PodAccount: Sendable, Hashable {
  /// One word for programs: `ImagePullBackOff`, `Unschedulable`, `OOMKilled`, `Evicted`, `NodeLost`.
  package var reason: String
  package var message: String

  package init(reason: String, message: String) {
    self.reason = reason
    self.message = message
  }

  /// `nil` for a pod that is well, as far as it says. What concerns the whole pod comes before its containers, and what
  /// runs first before what runs after it.
  package init?(_ pod: CoreV1.Pod) {
    guard let account = Self.ofPod(pod) ?? Self.ofContainers(pod) else { return nil }
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
      end.reason == "OOMKilled"
      ? "was killed: it used more memory than its limit" : "ended with status \(end.exitCode)"
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
