package import ControlModel
import KubernetesClient
import RunnerProtocol

/// Makes the pools of a cluster what the agents' declarations ask for, looked at as a whole each time.
extension KubernetesSandboxEngine: WarmPoolKeeper {
  package func keepWarmPools(of agents: [Agent], in teams: [ResourceName]) async -> [WarmPoolTrouble] {
    pooledTeams.formUnion(teams)
    let wanted = agents.filter { $0.spec.pod.warmPoolSize > 0 }
    let found: FoundPools
    do throws(KubernetesError) { found = try await findPools() } catch {
      // Where there are no pools, none is to be taken away.
      if error.status?.isNotFound == true && wanted.isEmpty { return [] }
      return wanted.map { WarmPoolTrouble(agent: $0, message: ColdStart(error).message) }
    }
    var troubles: [WarmPoolTrouble] = []
    for agent in wanted {
      do throws(KubernetesError) { try await keep(WarmPoolManifest(agent: agent, settings: settings), found) } catch {
        troubles.append(WarmPoolTrouble(agent: agent, message: error.description))
      }
    }
    await remove(found, but: Set(wanted.map { key(of: WarmPoolManifest(agent: $0, settings: settings)) }))
    await releaseStrayClaims()
    return troubles
  }

  /// By the namespace and the name that template and pool share; of teams that are, or were, this core's alone: others
  /// may keep pools in the same cluster.
  private struct FoundPools {
    var templates: [ClusterCache.Key: ExtensionsV1Beta1.SandboxTemplate]
    var pools: [ClusterCache.Key: ExtensionsV1Beta1.SandboxWarmPool]
  }

  private func key(of manifest: WarmPoolManifest) -> ClusterCache.Key {
    .init(namespace: manifest.namespace, name: manifest.name)
  }

  private func findPools() async throws(KubernetesError) -> FoundPools {
    let templates = try await own(ExtensionsV1Beta1.SandboxTemplate.self)
    return FoundPools(templates: templates, pools: try await own(ExtensionsV1Beta1.SandboxWarmPool.self))
  }

  private func own<Resource: KubernetesResource>(
    _ type: Resource.Type
  ) async throws(KubernetesError) -> [ClusterCache.Key: Resource] {
    let namespaces = Set(pooledTeams.map { settings.names.namespace(of: $0) })
    let managed = ObjectSelector(labels: "\(ClusterLabel.managedBy)=\(ClusterLabel.manager)")
    let objects = try await api.list(type, in: nil, managed).filter { namespaces.contains($0.namespace ?? "") }
    return Dictionary(objects.map { (ClusterCache.Key($0.reference), $0) }) { first, _ in first }
  }

  /// Nothing is written while all is as it should be.
  private func keep(_ manifest: WarmPoolManifest, _ found: FoundPools) async throws(KubernetesError) {
    let key = try await handoverKey(of: manifest)
    let template = manifest.template(key)
    if found.templates[self.key(of: manifest)].map({ !$0.holds(template) }) ?? true {
      _ = try await api.apply(template, manager: ClusterLabel.manager, force: true)
    }
    let pool = manifest.pool(yields: sessionsLackRoom)
    if found.pools[self.key(of: manifest)].map({ !$0.holds(pool) }) ?? true {
      _ = try await api.apply(pool, manager: ClusterLabel.manager, force: true)
    }
  }

  /// What waits gives way to what works: pools are kept empty while a session finds no room. A priority class could not
  /// say that, because the pod of a member keeps it when it is a session's. A session that finds room nowhere ever does
  /// not keep the pools empty for ever.
  private var sessionsLackRoom: Bool {
    let namespaces = Set(pooledTeams.map { settings.names.namespace(of: $0) })
    return cache.sandboxes.values.contains { object in
      guard namespaces.contains(object.namespace ?? ""), let sandbox = reading(object).sandbox,
        sandbox.session != nil, sandbox.operatingMode == .running,
        let ready = sandbox.condition("Ready"), ready.lacksRoom
      else { return false }
      let waited = Timestamp.now().seconds(since: ready.since)
      return waited >= settings.roomPatience && waited < settings.poolPatience
    }
  }

  /// Made once for each pool. A secret without a key is somebody's mistake: the pool is made anew with another.
  private func handoverKey(of manifest: WarmPoolManifest) async throws(KubernetesError) -> HandoverKey {
    if let key = try await knownHandoverKey(of: manifest) { return key }
    let key = HandoverKey(Self.randomToken())
    do throws(KubernetesError) { _ = try await api.create(manifest.secret(key)) } catch {
      guard error.status?.isAlreadyExists == true else { throw error }
      if let other = try await knownHandoverKey(of: manifest) { return other }
      _ = try await api.apply(manifest.secret(key), manager: ClusterLabel.manager, force: true)
    }
    return key
  }

  func knownHandoverKey(of manifest: WarmPoolManifest) async throws(KubernetesError) -> HandoverKey? {
    let secret = try await api.find(CoreV1.Secret.self, manifest.name, in: manifest.namespace)
    guard let bytes = secret?.value(PodLayout.handoverKeyKey), !bytes.isEmpty else { return nil }
    return HandoverKey(String(decoding: bytes, as: UTF8.self))
  }

  /// The pool goes before its template, and the key first: whatever is left is found again by the next look.
  private func remove(_ found: FoundPools, but wanted: Set<ClusterCache.Key>) async {
    for key in Set(found.templates.keys).union(found.pools.keys).subtracting(wanted) {
      do throws(KubernetesError) {
        try await api.delete(CoreV1.Secret.self, key.name, in: key.namespace)
        if let pool = found.pools[key] { try await delete(pool) }
        if let template = found.templates[key] { try await delete(template) }
      } catch {
        // What could not be removed is there at the next look.
      }
    }
  }

  private func delete<Resource: KubernetesResource>(_ object: Resource) async throws(KubernetesError) {
    try await api.delete(
      Resource.self, object.name, in: object.namespace, if: Preconditions(uid: object.metadata.uid))
  }

  /// A core that ended between claiming a sandbox and making it a session's leaves one that nobody asks for again, if the
  /// session was ended meanwhile.
  private func releaseStrayClaims() async {
    guard (try? await synchronise()) != nil, let claims = try? await own(ExtensionsV1Beta1.SandboxClaim.self) else {
      return
    }
    for (key, claim) in claims where isStray(claim, in: key.namespace) { try? await delete(claim) }
  }

  private func isStray(_ claim: ExtensionsV1Beta1.SandboxClaim, in namespace: String) -> Bool {
    guard claim.metadata.deletionTimestamp == nil, let made = claim.metadata.creationTimestamp,
      Timestamp.now().seconds(since: made) > settings.strayClaimAge
    else { return false }
    let sandbox = claim.sandboxName.flatMap { cache.sandboxes[.init(namespace: namespace, name: $0)] }
    return sandbox?.metadata.labels[ClusterLabel.session] == nil
  }
}

extension KubernetesResource {
  /// Whether all that `wanted` says is so; what is there besides is a server's default, or others' business.
  fileprivate func holds(_ wanted: Self) -> Bool {
    guard let spec, let wantedSpec = wanted.spec, metadata.deletionTimestamp == nil else { return false }
    let labels = metadata.labels
    return spec.covers(wantedSpec) && wanted.metadata.labels.allSatisfy { labels[$0.key] == $0.value }
  }
}

extension JSONValue {
  fileprivate func covers(_ wanted: JSONValue) -> Bool {
    switch (self, wanted) {
    case (.object, .object(let members)):
      members.members.allSatisfy { self[$0.name]?.covers($0.value) ?? $0.value.isNull }
    case (.array(let values), .array(let others)):
      values.count == others.count && zip(values, others).allSatisfy { $0.covers($1) }
    default: self == wanted
    }
  }
}
