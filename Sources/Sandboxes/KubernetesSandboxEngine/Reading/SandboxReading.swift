package import ControlModel
package import KubernetesClient

/// One sandbox of the cluster as the port's reader sees it; pure.
package struct SandboxReading: Sendable {
  package var object: AgentsV1Beta1.Sandbox
  package var pod: CoreV1.Pod?
  package var names: ClusterNames
  /// What the cluster's components said of the pod, newest first, as far as that was looked at.
  package var events: [ClusterEvent]

  package init(object: AgentsV1Beta1.Sandbox, pod: CoreV1.Pod?, names: ClusterNames, events: [ClusterEvent] = []) {
    self.object = object
    self.pod = pod
    self.names = names
    self.events = events
  }

  /// `nil` for one that has ended, for what waits in a warm pool, and for a namespace whose name is no team's name.
  package var sandbox: Sandbox? {
    guard object.metadata.labels[ClusterLabel.ended] == nil,
      object.metadata.labels[ClusterLabel.warmPoolMember] == nil, !isBeingTaken, let team
    else { return nil }
    return Sandbox(
      reference: SandboxReference(team: team, name: object.name, uid: uid), session: session, generation: generation,
      operatingMode: object.operatingMode == .running ? .running : .suspended, conditions: conditions,
      node: pod?.nodeName ?? object.nodeName ?? "",
      createdAt: object.metadata.creationTimestamp ?? Timestamp(microseconds: 0))
  }

  package var session: SessionID? { object.metadata.labels[ClusterLabel.session].flatMap { SessionID($0) } }

  package var generation: Int {
    session == nil ? 0 : object.metadata.labels[ClusterLabel.generation].flatMap { Int($0) } ?? 0
  }

  /// The object outlives its generations, since the volume goes with it; a reference must not.
  package var uid: String { session == nil ? object.metadata.uid : "\(object.metadata.uid)/\(generation)" }

  /// From a pool of Paddock's, and not yet its session's.
  private var isBeingTaken: Bool { session == nil && object.isTakenFromOwnPool }

  private var team: ResourceName? {
    guard let namespace = object.namespace else { return nil }
    return names.team(of: namespace) ?? (try? ResourceName(namespace))
  }

  var conditions: [Sandbox.Condition] {
    var conditions = [explained(ready)]
    if let finished { conditions.append(finished) }
    if let start { conditions.append(start) }
    for type in ["Suspended", "PodScheduled"] {
      if let condition = object.condition(type) { conditions.append(read(condition)) }
    }
    return conditions
  }

  /// A condition that speaks of an earlier spec says nothing about this one, and a pod that is being deleted is of no use
  /// any more though it still answers.
  private var ready: Sandbox.Condition {
    guard let condition = object.ready, isCurrent(condition) else {
      return Sandbox.Condition(
        type: "Ready", isTrue: false, reason: "Pending", message: "The agent-sandbox controller has yet to look at it.",
        since: object.metadata.creationTimestamp ?? Timestamp(microseconds: 0))
    }
    var ready = read(condition)
    guard object.operatingMode == .running else {
      ready.isTrue = false
      return ready
    }
    if let pod, pod.metadata.deletionTimestamp != nil {
      (ready.isTrue, ready.reason, ready.message) = (false, "PodTerminating", "Its pod is being deleted.")
      if let account, PodAccount.takings.contains(account.reason) {
        (ready.reason, ready.message) = (account.reason, "\(account.reason): \(account.message)")
      }
    } else if !ready.isTrue, let account {
      (ready.reason, ready.message) = (account.reason, "\(account.reason): \(account.message)")
    } else if !ready.isTrue, session != nil, isNewborn {
      (ready.isTrue, ready.reason) = (true, "Running")
      ready.message = "Its container runs: the runner is asked before the pod's own probe is."
    }
    return ready
  }

  /// Its container has started, and the pod has not been found ready or unready since. The probe comes a second or two
  /// after that; who asks the runner himself need not wait for it.
  private var isNewborn: Bool {
    guard let pod, pod.phase == "Running", let condition = pod.condition("Ready"), condition.state == .no,
      let status = pod.containerStatuses.first(where: { $0.name == PodLayout.container }),
      case .running(let since?) = status.state, let changed = condition.lastTransitionTime
    else { return false }
    return changed <= since
  }

  /// Who waits for one that should have been there at once is told why it is not.
  private func explained(_ ready: Sandbox.Condition) -> Sandbox.Condition {
    guard !ready.isTrue, object.operatingMode == .running, let start, !start.isTrue else { return ready }
    var ready = ready
    ready.message += ready.message.hasSuffix(".") ? " " : ". "
    ready.message += "A cold start: \(start.message)"
    return ready
  }

  /// Of an agent with a warm pool: whether it came from there, or why not.
  private var start: Sandbox.Condition? {
    guard let reason = object.metadata.annotations[ClusterLabel.start] else { return nil }
    return Sandbox.Condition(
      type: "WarmStart", isTrue: reason == "Adopted", reason: reason,
      message: object.metadata.annotations[ClusterLabel.startMessage] ?? "",
      since: object.metadata.creationTimestamp ?? Timestamp(microseconds: 0))
  }

  /// Its pod has ended and is not made again by itself: the node ran out of memory or disk, or was shut down, or the
  /// object's `shutdownTime` has come.
  private var finished: Sandbox.Condition? {
    if let expiry { return expiry }
    guard let condition = object.condition("Finished"), condition.state == .yes, isCurrent(condition),
      object.operatingMode == .running
    else { return nil }
    var finished = read(condition)
    finished.reason = account?.reason ?? "PodEnded"
    finished.message = account.map { "\($0.reason): \($0.message)" } ?? "Its pod has ended."
    return finished
  }

  /// Of an expired one the controller takes the pod away, whatever the operating mode, and says so in `Ready` alone.
  private var expiry: Sandbox.Condition? {
    guard let condition = object.ready, condition.reason == "SandboxExpired", isCurrent(condition),
      object.operatingMode == .running
    else { return nil }
    var expiry = read(condition)
    (expiry.type, expiry.isTrue) = ("Finished", true)
    expiry.message = "SandboxExpired: Its shutdownTime has come."
    return expiry
  }

  private var account: PodAccount? { pod.flatMap { PodAccount($0, events: events) } }

  /// It ended although it was meant to run, or is not ready although it runs, and nobody has said why: the reason may
  /// stand in an event.
  var isUnexplained: Bool {
    guard session != nil, object.operatingMode == .running, let pod else { return false }
    if ["Succeeded", "Failed"].contains(pod.phase) || pod.metadata.deletionTimestamp != nil {
      return !(account.map { PodAccount.takings.contains($0.reason) } ?? false)
    }
    return pod.phase == "Running" && pod.condition("Ready")?.state == .no && !isNewborn && account == nil
  }

  private func isCurrent(_ condition: Condition) -> Bool {
    guard let seen = condition.observedGeneration, let generation = object.metadata.generation else { return true }
    return seen >= generation
  }

  private func read(_ condition: Condition) -> Sandbox.Condition {
    Sandbox.Condition(
      type: condition.type, isTrue: condition.state == .yes, reason: condition.reason, message: condition.message,
      since: condition.lastTransitionTime ?? Timestamp(microseconds: 0))
  }
}
