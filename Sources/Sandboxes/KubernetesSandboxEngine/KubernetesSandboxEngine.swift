package import ControlModel
package import KubernetesClient
import RunnerProtocol

/// Runs each session's sandbox as a `Sandbox` object of upstream agent-sandbox, in the namespace of its team.
///
/// One object serves all generations of a session, because the session's volume belongs to it: `delete` leaves it
/// suspended and marked as ended, the next generation renews it, and `deleteVolume` removes it with its volume.
package actor KubernetesSandboxEngine: SandboxEngine {
  package nonisolated let name = "kubernetes"
  package nonisolated let readsVolumes = false
  package nonisolated let isShared = true
  nonisolated let api: KubernetesAPI
  nonisolated let settings: ClusterSettings
  nonisolated let broadcast = ChangeBroadcast()
  var cache = ClusterCache()
  var happenings = ClusterHappenings()
  private var watches: [Task<Void, Never>] = []
  /// Sandboxes whose runners this core has spoken to; what is forgotten is read anew.
  static let mostConfigurations = 4_096
  /// By the uid of a sandbox's generation.
  var configurations = NewestEntries<String, RunnerConfiguration>(limit: KubernetesSandboxEngine.mostConfigurations)
  /// Of the direct ways to runners, from the first on.
  var network: PodNetwork?
  /// Likewise; of sandboxes that waited in a pool.
  var handoverKeys = NewestEntries<String, HandoverKey>(limit: KubernetesSandboxEngine.mostConfigurations)
  /// Whose warm pools this core has ever kept: those of a team that is gone are to be removed, too.
  var pooledTeams: Set<ResourceName> = []

  /// Watches begin with the first question.
  package init(_ api: KubernetesAPI, settings: ClusterSettings) {
    self.api = api
    self.settings = settings
  }

  /// Ends the watches and the streams of changes; the sandboxes go on.
  package func close() {
    for watch in watches { watch.cancel() }
    watches = []
    broadcast.close()
  }

  package nonisolated func changes() -> AsyncStream<Void> { broadcast.stream() }

  package func sandboxes() async throws(ControlFailure) -> [Sandbox] {
    try await synchronise()
    await explain()
    return cache.sandboxes.values.compactMap { reading($0).sandbox }
  }

  /// What the pod itself does not explain is looked for in the cluster's events while these may come: whoever restarts the
  /// session keeps the reason. A server that is slow to tell them holds up nobody for long.
  private func explain() async {
    let unexplained = cache.sandboxes.values.filter { reading($0).isUnexplained }
    guard !unexplained.isEmpty else { return }
    for object in unexplained { note(object, isSettled: true) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.listHappenings() }
      group.addTask { try? await Task.sleep(for: .seconds(2)) }
      await group.next()
      group.cancelAll()
    }
  }

  /// Nothing is told before everything has been seen: a sandbox that is missing would be made a second time.
  func synchronise() async throws(ControlFailure) {
    startWatches()
    let end = ContinuousClock.now + .seconds(20)
    let changes = broadcast.stream()
    var iterator = changes.makeAsyncIterator()
    while !cache.isSynced {
      if let trouble = cache.trouble {
        throw ControlFailure(.unavailable, "The cluster's sandboxes are not known: \(trouble)")
      }
      guard ContinuousClock.now < end, !Task.isCancelled else {
        throw ControlFailure(.unavailable, "The cluster's sandboxes are not known: its API server does not answer.")
      }
      _ = await iterator.next(isolation: self)
    }
  }

  /// A stream that was opened with credentials goes on for minutes after they are no longer accepted. Who cannot be
  /// reached at all is told of by the watches.
  private func checkAccess() async {
    var refusal: String?
    do throws(KubernetesError) { _ = try await api.serverVersion() } catch {
      if case .transport = error { return }
      refusal = error.description
    }
    guard refusal != cache.refusal else { return }
    cache.refusal = refusal
    broadcast.notify()
  }

  func reading(_ object: AgentsV1Beta1.Sandbox) -> SandboxReading {
    SandboxReading(
      object: object, pod: cache.pod(of: object), names: settings.names,
      events: happenings.events(of: object.name, pod: object.podName, in: object.namespace ?? ""))
  }

  private func startWatches() {
    guard watches.isEmpty else { return }
    watches = [
      Task { [weak self, api] in
        for await changes in api.watch(AgentsV1Beta1.Sandbox.self, timing: .init(beginsWithSnapshot: true)) {
          guard let self else { return }
          await self.take(changes)
        }
      },
      Task { [weak self, api] in
        let ofSandboxes = ObjectSelector(labels: "agents.x-k8s.io/sandbox-name-hash")
        for await changes in api.watch(CoreV1.Pod.self, ofSandboxes, timing: .init(beginsWithSnapshot: true)) {
          guard let self else { return }
          await self.take(changes)
        }
      },
      Task { [weak self, settings] in
        while (try? await Task.sleep(for: .seconds(settings.accessInterval))) != nil { await self?.checkAccess() }
      },
      // So that those who wait for something that never happens look at their clock.
      Task { [weak self] in
        while (try? await Task.sleep(for: .seconds(2))) != nil { self?.broadcast.notify() }
      },
    ]
  }

  private func take(_ changes: [WatchChange<AgentsV1Beta1.Sandbox>]) {
    cache.apply(changes)
    broadcast.notify()
  }

  private func take(_ changes: [WatchChange<CoreV1.Pod>]) {
    cache.apply(changes)
    broadcast.notify()
  }
}
