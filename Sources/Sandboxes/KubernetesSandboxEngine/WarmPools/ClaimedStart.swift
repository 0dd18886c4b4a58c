import ControlModel
import KubernetesClient
import RunnerProtocol

/// Starts sessions in sandboxes that wait in a pool.
///
/// The claim bears the name that a cold sandbox of the session would have, and its controller gives that name to what it
/// makes when the pool is empty: however often and by whomever a start is tried, one sandbox comes of it. A claim that is
/// given up is deleted as it was last seen; one that has got its sandbox meanwhile is not.
extension KubernetesSandboxEngine {
  private typealias Claim = ExtensionsV1Beta1.SandboxClaim

  private enum Outcome {
    case sandbox(Sandbox)
    case cold(ColdStart)
  }

  /// The session's sandbox, whatever its name: that of one from a pool is the pool's.
  func existing(_ manifest: SandboxManifest) async throws(ControlFailure) -> AgentsV1Beta1.Sandbox? {
    let named = try await attempt { () throws(KubernetesError) in
      try await api.find(AgentsV1Beta1.Sandbox.self, manifest.name, in: manifest.namespace)
    }
    if let named, reading(named).session != nil || !named.isClaimed { return named }
    let ofSession = ObjectSelector(labels: "\(ClusterLabel.session)=\(manifest.request.session)")
    return try await attempt { () throws(KubernetesError) in
      try await api.list(AgentsV1Beta1.Sandbox.self, in: manifest.namespace, ofSession).first
    }
  }

  /// The sandbox of a session for which there is none; a cold one where a warm one cannot be had.
  func start(_ manifest: SandboxManifest) async throws(ControlFailure) -> Sandbox {
    guard manifest.request.agent.spec.pod.warmPoolSize > 0 else { return try await createObject(manifest) }
    switch try await claim(manifest) {
    case .sandbox(let sandbox): return sandbox
    case .cold(let reason):
      var manifest = manifest
      manifest.annotations = SandboxStart.cold(reason).annotations
      return try await createObject(manifest)
    }
  }

  private func claim(_ manifest: SandboxManifest) async throws(ControlFailure) -> Outcome {
    let pool = WarmPoolManifest(agent: manifest.request.agent, settings: settings)
    let (claim, key): (Claim, HandoverKey)
    do throws(KubernetesError) {
      let known = try await api.find(Claim.self, manifest.name, in: manifest.namespace)
      guard let shown = try await keyOfServed(pool) else {
        if let known { try await release(known) }
        return .cold(try await api.serves(Claim.type) ? .noPool(pool.name) : .notInstalled)
      }
      (claim, key) = (try await known.orMade { () throws(KubernetesError) in try await make(manifest, pool) }, shown)
    } catch {
      // Nothing of a sandbox is this session's yet, so another one may be made.
      guard error.status != nil else { throw ControlFailure(error) }
      return .cold(ColdStart(error))
    }
    guard claim.metadata.labels[ClusterLabel.session] == manifest.request.session.text else {
      throw ControlFailure(
        .conflict, "\(claim) is not of session \(manifest.request.session).",
        hint: "Delete it, or start another session.")
    }
    return try await adopt(claim, manifest, pool, key)
  }

  private func keyOfServed(_ pool: WarmPoolManifest) async throws(KubernetesError) -> HandoverKey? {
    let object = try await api.find(ExtensionsV1Beta1.SandboxWarmPool.self, pool.name, in: pool.namespace)
    guard let object, object.metadata.deletionTimestamp == nil else { return nil }
    return try await knownHandoverKey(of: pool)
  }

  private func make(_ manifest: SandboxManifest, _ pool: WarmPoolManifest) async throws(KubernetesError) -> Claim {
    var labels = pool.labels
    labels[ClusterLabel.session] = manifest.request.session.text
    do throws(KubernetesError) {
      return try await api.create(
        Claim(
          name: manifest.name, namespace: manifest.namespace, labels: labels,
          spec: ["warmPoolRef": ["name": .string(pool.name)]]))
    } catch {
      guard error.status?.isAlreadyExists == true else { throw error }
      return try await api.get(Claim.self, manifest.name, in: manifest.namespace)
    }
  }

  /// Waits for the claim's sandbox and makes it the session's.
  private func adopt(
    _ made: Claim, _ manifest: SandboxManifest, _ pool: WarmPoolManifest, _ key: HandoverKey
  ) async throws(ControlFailure) -> Outcome {
    var claim = made
    let end = ContinuousClock.now + .seconds(settings.claimPatience)
    while true {
      if let object = try await sandbox(of: claim) {
        // One that is a session's shows no key any more.
        if reading(object).session != nil { return .sandbox(try own(object, manifest.request)) }
        guard object.shows(key) else { return try await giveUp(claim, .otherDeclaration) }
        if let sandbox = try await take(object, manifest, pool, key) { return .sandbox(sandbox) }
      } else if let words = claim.refusal {
        return try await giveUp(claim, ColdStart(reason: "ClaimRefused", message: words))
      } else if ContinuousClock.now >= end {
        return try await giveUp(claim, .unanswered)
      }
      guard ContinuousClock.now < end + .seconds(10), (try? await Task.sleep(for: .milliseconds(100))) != nil else {
        throw ControlFailure(.unavailable, "\(claim) changes all the time.")
      }
      claim = try await attempt { () throws(KubernetesError) in
        try await api.get(Claim.self, claim.name, in: claim.namespace)
      }
    }
  }

  /// Named first, and given over after that.
  private func sandbox(of claim: Claim) async throws(ControlFailure) -> AgentsV1Beta1.Sandbox? {
    guard claim.metadata.deletionTimestamp == nil else {
      throw ControlFailure(.unavailable, "\(claim) is being removed.")
    }
    guard let name = claim.sandboxName else { return nil }
    let object = try await attempt { () throws(KubernetesError) in
      try await api.find(AgentsV1Beta1.Sandbox.self, name, in: claim.namespace)
    }
    guard let object, object.metadata.controller?.uid == claim.metadata.uid else { return nil }
    return object
  }

  /// `nil` when it has changed since it was looked at. From its next pod on it is like any sandbox of a session; the
  /// living pod learns whose it is by the key.
  private func take(
    _ object: AgentsV1Beta1.Sandbox, _ manifest: SandboxManifest, _ pool: WarmPoolManifest, _ key: HandoverKey
  ) async throws(ControlFailure) -> Sandbox? {
    var manifest = manifest
    manifest.name = object.name
    manifest.annotations =
      (object.startedWarm ? SandboxStart.warm(pool: pool.name) : .cold(.poolEmpty(pool.name))).annotations
    try await writeSecretOnce(RunnerSecret(manifest: manifest, token: Self.randomToken(), handoverKey: key))
    let preconditions = Preconditions(uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
    let taken: AgentsV1Beta1.Sandbox
    do throws(KubernetesError) {
      taken = try await api.patch(
        AgentsV1Beta1.Sandbox.self, object.name, in: object.namespace, with: manifest.adoption, if: preconditions,
        manager: ClusterLabel.manager)
    } catch {
      guard error.status?.isConflict == true else { throw ControlFailure(error) }
      return nil
    }
    return try known(taken)
  }

  /// Somebody else was faster.
  private func own(_ object: AgentsV1Beta1.Sandbox, _ request: SandboxRequest) throws(ControlFailure) -> Sandbox {
    let reading = reading(object)
    guard reading.session == request.session, reading.generation == request.generation else {
      throw ControlFailure(
        .conflict, "\(object) serves another session, or another generation of it.", hint: "Look again.")
    }
    return try known(object)
  }

  /// Whoever comes second finds the token of the first: the runner takes one only.
  private func writeSecretOnce(_ secret: RunnerSecret) async throws(ControlFailure) {
    try await attempt { () throws(KubernetesError) in
      do throws(KubernetesError) { _ = try await api.create(secret.object) } catch {
        guard error.status?.isAlreadyExists == true else { throw error }
        let known = try await api.get(CoreV1.Secret.self, secret.object.name, in: secret.object.namespace)
        let isOfThis = [ClusterLabel.session, ClusterLabel.generation].allSatisfy {
          known.metadata.labels[$0] == secret.manifest.labels[$0]
        }
        if !isOfThis { _ = try await api.apply(secret.object, manager: ClusterLabel.manager, force: true) }
      }
    }
  }

  private func giveUp(_ claim: Claim, _ reason: ColdStart) async throws(ControlFailure) -> Outcome {
    try await attempt { () throws(KubernetesError) in try await release(claim) }
    return .cold(reason)
  }

  private func release(_ claim: Claim) async throws(KubernetesError) {
    let seen = Preconditions(uid: claim.metadata.uid, resourceVersion: claim.metadata.resourceVersion)
    try await api.delete(Claim.self, claim.name, in: claim.namespace, if: seen)
  }

  /// Also those that have got no sandbox, or whose sandbox never became the session's.
  func deleteClaims(of session: SessionID, in namespace: String) async throws(ControlFailure) {
    let ofSession = ObjectSelector(labels: "\(ClusterLabel.session)=\(session)")
    // Who has no right to claims, or no extensions, has made none.
    let claims = (try? await api.list(Claim.self, in: namespace, ofSession)) ?? []
    for claim in claims {
      _ = try await attempt { () throws(KubernetesError) in
        try await api.delete(Claim.self, claim.name, in: namespace, if: Preconditions(uid: claim.metadata.uid))
      }
    }
  }
}

extension ExtensionsV1Beta1.SandboxClaim {
  /// Why its controller gives it none; waiting is no refusal.
  fileprivate var refusal: String? {
    guard sandboxName == nil, let ready = condition("Ready"), ready.state == .no else { return nil }
    let waits = ["SandboxCreatePending", "SandboxMissing", "SandboxNotReady", "AdoptionConflict"]
    return waits.contains(ready.reason) ? nil : "\(ready.reason): \(ready.message)"
  }
}

extension AgentsV1Beta1.Sandbox {
  /// It goes when its claim does; alone, it would be replaced.
  var isClaimed: Bool { metadata.controller?.kind == ExtensionsV1Beta1.SandboxClaim.type.kind }

  /// A member of a pool of Paddock's that was claimed; its session's label comes after that. The labels of a pool's
  /// template are those of pods: its sandboxes have none of them.
  var isTakenFromOwnPool: Bool {
    isClaimed && podTemplate?["metadata"]?["labels"]?[ClusterLabel.managedBy]?.stringValue == ClusterLabel.manager
  }

  fileprivate var startedWarm: Bool { metadata.labels["agents.x-k8s.io/launch-type"] == "warm" }

  /// Its pod was made to be handed over by this key.
  fileprivate func shows(_ key: HandoverKey) -> Bool {
    let containers = podTemplate?["spec"]?["containers"]?.arrayValue ?? []
    return containers.contains { $0["command"]?.arrayValue?.contains(.string(key.fingerprint)) ?? false }
  }
}

extension Optional where Wrapped == ExtensionsV1Beta1.SandboxClaim {
  fileprivate func orMade(_ make: () async throws(KubernetesError) -> Wrapped) async throws(KubernetesError) -> Wrapped
  {
    if let self { return self }
    return try await make()
  }
}
