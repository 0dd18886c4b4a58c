import ControlModel
import KubernetesClient

extension KubernetesSandboxEngine {
  /// The object as it is now; `nil` when it is gone. Another one of the name, or another generation, is a conflict.
  func object(of reference: SandboxReference) async throws(ControlFailure) -> AgentsV1Beta1.Sandbox? {
    let namespace = namespace(of: reference)
    let object = try await attempt { () throws(KubernetesError) in
      try await api.find(AgentsV1Beta1.Sandbox.self, reference.name, in: namespace)
    }
    guard let object, !isEnded(object) else { return nil }
    guard reading(object).uid == reference.uid else {
      throw ControlFailure(
        .conflict, "\(object) is not the one that was looked at: it has been replaced.", hint: "Look again.")
    }
    return object
  }

  /// A merge patch of exactly the object that `reference` names. The version is read and required anew when it moves on
  /// between: its status changes all the time.
  func patch(_ reference: SandboxReference, _ patch: JSONObject) async throws(ControlFailure) {
    for attempt in 1... {
      guard let object = try await object(of: reference) else {
        throw ControlFailure(.notFound, "There is no sandbox '\(reference.name)' of team '\(reference.team)'.")
      }
      let required = Preconditions(uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
      do throws(KubernetesError) {
        let changed = try await api.patch(
          AgentsV1Beta1.Sandbox.self, object.name, in: object.namespace, with: patch, if: required,
          manager: ClusterLabel.manager)
        cache.put(changed)
        return broadcast.notify()
      } catch {
        guard error.status?.isConflict == true, attempt < 5 else { throw ControlFailure(error) }
      }
    }
  }

  /// Until the pod of a sandbox that was suspended is no more. A kubelet that is lost never says so.
  func untilGone(_ object: AgentsV1Beta1.Sandbox) async throws(ControlFailure) {
    let namespace = object.namespace ?? ""
    let end = ContinuousClock.now + .seconds(settings.terminationGracePeriod + 15)
    while let pod = try await pod(object.podName, namespace), pod.metadata.controller?.uid == object.metadata.uid {
      guard ContinuousClock.now < end, (try? await Task.sleep(for: .milliseconds(250))) != nil else {
        throw ControlFailure(
          .unavailable, ClusterFault.remains.told("\(pod)"),
          hint: "If its node is lost for good, delete the pod with --force.")
      }
    }
  }

  private func pod(_ name: String, _ namespace: String) async throws(ControlFailure) -> CoreV1.Pod? {
    try await attempt { () throws(KubernetesError) in try await api.find(CoreV1.Pod.self, name, in: namespace) }
  }

  /// Sandboxes of others may be in any namespace; their team is then the namespace itself.
  func namespace(of reference: SandboxReference) -> String {
    let own = settings.names.namespace(of: reference.team)
    if cache.sandboxes[.init(namespace: own, name: reference.name)] != nil { return own }
    let bare = ClusterCache.Key(namespace: reference.team.text, name: reference.name)
    return cache.sandboxes[bare] == nil ? own : bare.namespace
  }

  func attempt<Value>(
    _ body: () async throws(KubernetesError) -> Value
  ) async throws(ControlFailure) -> Value {
    do { return try await body() } catch { throw ControlFailure(error) }
  }
}
