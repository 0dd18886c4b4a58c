package import ControlModel
import KubernetesClient

/// A node that is drained waits for the budget of a pod, as far as whoever drains it lets it wait.
extension KubernetesSandboxEngine: DisruptionGuard {
  /// By the uid of the sandbox, since when.
  typealias Holds = [String: Timestamp]

  package func heldSince(_ sandbox: Sandbox) async throws(ControlFailure) -> Timestamp? {
    guard let object = held(sandbox) else { return nil }
    return try await knownHolds()[object.metadata.uid]
  }

  package func setHeld(_ isHeld: Bool, _ sandbox: Sandbox) async throws(ControlFailure) {
    guard let object = held(sandbox) else { return }
    let uid = object.metadata.uid
    let isKnown = try await knownHolds()[uid] != nil
    if isHeld {
      guard let pod = cache.pod(of: object) else { return }
      try await make(TurnBudget(sandbox: object, pod: pod))
    } else if isKnown {
      try await removeBudget(of: object)
    }
    holds?[uid] = isHeld ? .now() : nil
  }

  /// The object stays for its volume, and its pod is no more. One that cannot be removed holds nothing, and goes with it.
  func forgetHold(of sandbox: AgentsV1Beta1.Sandbox) async {
    guard holds?.removeValue(forKey: sandbox.metadata.uid) != nil else { return }
    try? await removeBudget(of: sandbox)
  }

  private func held(_ sandbox: Sandbox) -> AgentsV1Beta1.Sandbox? {
    cache.sandboxes[.init(namespace: namespace(of: sandbox.reference), name: sandbox.reference.name)]
  }

  /// Those that an earlier core has left, too.
  private func knownHolds() async throws(ControlFailure) -> Holds {
    if let holds { return holds }
    let isOld = try await attempt { () throws(KubernetesError) in
      try await !api.serves(PolicyV1.PodDisruptionBudget.type)
    }
    let found =
      isOld
      ? try await found(PolicyV1Beta1.PodDisruptionBudget.self) : try await found(PolicyV1.PodDisruptionBudget.self)
    usesOldBudgets = isOld
    holds = holds ?? found
    return found
  }

  private func found<Budget: KubernetesResource>(_ type: Budget.Type) async throws(ControlFailure) -> Holds {
    let ofSessions = ObjectSelector(labels: "\(ClusterLabel.managedBy)=\(ClusterLabel.manager),\(ClusterLabel.session)")
    let budgets = try await attempt { () throws(KubernetesError) in try await api.list(type, in: nil, ofSessions) }
    let known = budgets.compactMap { budget in
      budget.metadata.controller.map { ($0.uid, budget.metadata.creationTimestamp ?? .now()) }
    }
    return Dictionary(known) { first, _ in first }
  }

  private func make(_ budget: TurnBudget) async throws(ControlFailure) {
    do throws(KubernetesError) {
      if usesOldBudgets {
        if let object = budget.object(PolicyV1Beta1.PodDisruptionBudget.self) { _ = try await api.create(object) }
      } else if let object = budget.object(PolicyV1.PodDisruptionBudget.self) {
        _ = try await api.create(object)
      }
    } catch {
      guard error.status?.isAlreadyExists == true else { throw ControlFailure(error) }
    }
  }

  private func removeBudget(of sandbox: AgentsV1Beta1.Sandbox) async throws(ControlFailure) {
    let name = TurnBudget.name(ofSandbox: sandbox.name)
    _ = try await attempt { () throws(KubernetesError) in
      usesOldBudgets
        ? try await api.delete(PolicyV1Beta1.PodDisruptionBudget.self, name, in: sandbox.namespace)
        : try await api.delete(PolicyV1.PodDisruptionBudget.self, name, in: sandbox.namespace)
    }
  }
}
