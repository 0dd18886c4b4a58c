package import ControlModel
import KubernetesClient

extension KubernetesSandboxEngine {
  package func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox {
    var manifest = SandboxManifest(request: request, settings: settings)
    guard let existing = try await existing(manifest) else { return try await start(manifest) }
    manifest.name = existing.name
    let reading = reading(existing)
    guard reading.session == request.session else {
      throw ControlFailure(
        .conflict, "\(existing) is not of session \(request.session).", hint: "Delete it, or start another session.")
    }
    if reading.generation == request.generation, let sandbox = reading.sandbox { return sandbox }
    guard reading.generation < request.generation, isEnded(existing) else {
      throw ControlFailure(
        .conflict, "\(existing) serves generation \(reading.generation) of session \(request.session).",
        hint: "Only one sandbox of a session may live: delete it first.")
    }
    return try await renew(existing, manifest)
  }

  func createObject(_ manifest: SandboxManifest) async throws(ControlFailure) -> Sandbox {
    try await writeSecret(manifest)
    let object = try await attempt { () throws(KubernetesError) in try await api.create(manifest.object) }
    return try known(object)
  }

  private func renew(
    _ existing: AgentsV1Beta1.Sandbox, _ manifest: SandboxManifest
  ) async throws(ControlFailure) -> Sandbox {
    try await writeSecret(manifest)
    let renewal = manifest.renewal(ofClaimed: existing.isClaimed)
    let object = try await attempt { () throws(KubernetesError) in try await patchEnded(existing, renewal, tries: 5) }
    return try known(object)
  }

  /// Its status may still change; what counts is that it has ended.
  private func patchEnded(
    _ object: AgentsV1Beta1.Sandbox, _ patch: JSONObject, tries: Int
  ) async throws(KubernetesError) -> AgentsV1Beta1.Sandbox {
    let required = Preconditions(uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion)
    do throws(KubernetesError) {
      return try await api.patch(
        AgentsV1Beta1.Sandbox.self, object.name, in: object.namespace, with: patch, if: required,
        manager: ClusterLabel.manager)
    } catch {
      guard error.status?.isConflict == true, tries > 1,
        let latest = try await api.find(AgentsV1Beta1.Sandbox.self, object.name, in: object.namespace),
        latest.metadata.uid == object.metadata.uid, isEnded(latest)
      else { throw error }
      return try await patchEnded(latest, patch, tries: tries - 1)
    }
  }

  private func writeSecret(_ manifest: SandboxManifest) async throws(ControlFailure) {
    let secret = RunnerSecret(manifest: manifest, token: Self.randomToken()).object
    _ = try await attempt { () throws(KubernetesError) in
      try await api.apply(secret, manager: ClusterLabel.manager, force: true)
    }
  }

  func known(_ object: AgentsV1Beta1.Sandbox) throws(ControlFailure) -> Sandbox {
    cache.put(object)
    broadcast.notify()
    guard let sandbox = reading(object).sandbox else {
      throw ControlFailure(.internalError, "\(object) was written, and does not read as a sandbox.")
    }
    return sandbox
  }

  package func suspend(_ reference: SandboxReference) async throws(ControlFailure) {
    try await patch(reference, ["spec": ["operatingMode": "Suspended"]])
  }

  package func resume(_ reference: SandboxReference) async throws(ControlFailure) {
    try await patch(reference, ["spec": ["operatingMode": "Running"]])
  }

  /// Returns when the pod is gone: the next generation's must be another one.
  package func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    guard let object = try await object(of: reference) else { return }
    guard reading(object).session != nil else { return try await deleteForeign(object) }
    try await patch(reference, ["spec": ["operatingMode": "Suspended"]])
    try await untilGone(object)
    await forgetHold(of: object)
    try await patch(reference, ["metadata": ["labels": [ClusterLabel.ended: "true"]]])
  }

  package func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {
    let namespace = settings.names.namespace(of: team)
    let selector = ObjectSelector(labels: "\(ClusterLabel.session)=\(session)")
    let objects = try await attempt { () throws(KubernetesError) in
      try await api.list(AgentsV1Beta1.Sandbox.self, in: namespace, selector)
    }
    for object in objects {
      guard isEnded(object) else {
        throw ControlFailure(
          .refused, "The volume of session \(session) is in use by \(object).", hint: "Delete the sandbox first.")
      }
      try await remove(object)
    }
    try await deleteClaims(of: session, in: namespace)
  }

  private func remove(_ object: AgentsV1Beta1.Sandbox) async throws(ControlFailure) {
    let namespace = object.namespace ?? ""
    let secret = ClusterNames.runnerSecret(ofSandbox: object.name)
    try await attempt { () throws(KubernetesError) in
      try await api.delete(CoreV1.Secret.self, secret, in: namespace)
      if object.isClaimed, let claim = object.metadata.controller {
        try await api.delete(
          ExtensionsV1Beta1.SandboxClaim.self, claim.name, in: namespace, if: Preconditions(uid: claim.uid))
      }
      try await api.delete(
        AgentsV1Beta1.Sandbox.self, object.name, in: namespace, if: Preconditions(uid: object.metadata.uid))
    }
  }

  /// It is somebody else's: what becomes of its volume is theirs to have said.
  private func deleteForeign(_ object: AgentsV1Beta1.Sandbox) async throws(ControlFailure) {
    _ = try await attempt { () throws(KubernetesError) in
      try await api.delete(
        AgentsV1Beta1.Sandbox.self, object.name, in: object.namespace, if: Preconditions(uid: object.metadata.uid))
    }
  }

  func isEnded(_ object: AgentsV1Beta1.Sandbox) -> Bool { object.metadata.labels[ClusterLabel.ended] != nil }

  static func randomToken() -> String {
    (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }
}
