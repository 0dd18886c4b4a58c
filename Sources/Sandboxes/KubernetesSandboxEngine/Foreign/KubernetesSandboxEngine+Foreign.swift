package import ControlModel
import KubernetesClient

extension KubernetesSandboxEngine: ForeignSandboxEngine {
  package func foreignSandboxes() async throws(ControlFailure) -> [ForeignSandbox] {
    try await synchronise()
    return cache.sandboxes.values.compactMap { object in
      ForeignReading(object: object, pod: cache.pod(of: object), names: settings.names).sandbox
    }
  }

  package func carryOut(
    _ action: ForeignAction, on sandbox: ForeignSandbox, _ mark: ForeignMark
  ) async throws(ControlFailure) {
    let required = Preconditions(uid: sandbox.id.text, resourceVersion: mark.resourceVersion)
    let isDone: Bool
    do throws(KubernetesError) {
      isDone = try await attempt(action, on: sandbox, mark, required)
    } catch {
      guard error.status?.isConflict == true else { throw ControlFailure(error) }
      isDone = false
    }
    guard isDone else {
      throw ControlFailure(
        .conflict, "The sandbox '\(mark.name)' in '\(mark.namespace)' has changed since it was looked at.",
        hint: "Look again, and ask again.")
    }
  }

  /// False for one that is not as it was looked at.
  private func attempt(
    _ action: ForeignAction, on sandbox: ForeignSandbox, _ mark: ForeignMark, _ required: Preconditions
  ) async throws(KubernetesError) -> Bool {
    switch action {
    case .suspend: try await setMode("Suspended", mark, required)
    case .resume: try await setMode("Running", mark, required)
    case .kill: try await api.delete(AgentsV1Beta1.Sandbox.self, mark.name, in: mark.namespace, if: required)
    case .restart:
      guard let pod = sandbox.pod, try await isUnchanged(sandbox, mark) else { return false }
      try await api.delete(CoreV1.Pod.self, pod.name, in: mark.namespace, if: Preconditions(uid: pod.uid))
    }
    return true
  }

  private func setMode(
    _ mode: String, _ mark: ForeignMark, _ required: Preconditions
  ) async throws(KubernetesError) {
    let changed = try await api.patch(
      AgentsV1Beta1.Sandbox.self, mark.name, in: mark.namespace, with: ["spec": ["operatingMode": .string(mode)]],
      if: required, manager: ClusterLabel.manager)
    cache.put(changed)
    broadcast.notify()
  }

  /// A pod is deleted by its own uid; that the sandbox is still as it was can only be looked at before.
  private func isUnchanged(_ sandbox: ForeignSandbox, _ mark: ForeignMark) async throws(KubernetesError) -> Bool {
    let object = try await api.find(AgentsV1Beta1.Sandbox.self, mark.name, in: mark.namespace)
    return object?.metadata.uid == sandbox.id.text && object?.metadata.resourceVersion == mark.resourceVersion
  }

  package func log(of sandbox: ForeignSandbox, _ part: LogPart) async throws(ControlFailure) -> any LogReader {
    guard let pod = sandbox.pod else {
      throw ControlFailure(.notFound, "The sandbox '\(sandbox.mark.name)' has no pod.")
    }
    let options = PodLogOptions(
      container: part.container, follows: part.follows, hasTimestamps: true, isPrevious: part.isPrevious,
      start: part.start.map { .time($0) } ?? .beginning)
    let log = try await attempt { () throws(KubernetesError) in
      try await api.log(of: pod.name, in: sandbox.mark.namespace, options)
    }
    return ForeignLog(log)
  }

  package func foreignReports(of sandboxes: [ForeignSandbox]) async -> [SessionID: SandboxReport] {
    let objects = sandboxes.compactMap { sandbox in
      cache.sandboxes[.init(namespace: sandbox.mark.namespace, name: sandbox.mark.name)].map { (sandbox, $0) }
    }
    for (sandbox, object) in objects {
      let isReady = sandbox.condition("Ready")?.isTrue ?? false
      note(object, isSettled: isReady || sandbox.operatingMode == .suspended)
    }
    await listHappenings()
    var reports: [SessionID: SandboxReport] = [:]
    for (sandbox, object) in objects { reports[sandbox.id] = report(sandbox, object) }
    return reports
  }

  private func report(_ sandbox: ForeignSandbox, _ object: AgentsV1Beta1.Sandbox) -> SandboxReport {
    let pod = cache.pod(of: object)
    let node = pod?.nodeName ?? object.nodeName ?? ""
    return report(
      object, container: sandbox.pod?.container ?? "", node: node, conditions: sandbox.conditions)
  }
}
