package import ControlModel
import KubernetesClient

extension KubernetesSandboxEngine: SandboxReporter {
  package func reports(of sandboxes: [Sandbox]) async -> [SessionID: SandboxReport] {
    let objects = sandboxes.compactMap { sandbox in
      sandbox.session.flatMap { session in object(of: sandbox).map { (session, sandbox, $0) } }
    }
    for (_, sandbox, object) in objects {
      note(object, isSettled: sandbox.isReady || sandbox.operatingMode == .suspended)
    }
    await listHappenings()
    var reports: [SessionID: SandboxReport] = [:]
    for (session, sandbox, object) in objects where reports[session].map({ $0.generation < sandbox.generation }) ?? true
    {
      reports[session] = report(sandbox, object)
    }
    return reports
  }

  package func status() async -> EngineStatus {
    EngineStatus(
      engine: name, context: api.connection.context ?? "in-cluster", server: api.connection.baseURL,
      trouble: cache.trouble, since: .now())
  }

  private func object(of sandbox: Sandbox) -> AgentsV1Beta1.Sandbox? {
    cache.sandboxes[.init(namespace: namespace(of: sandbox.reference), name: sandbox.reference.name)]
  }

  func note(_ object: AgentsV1Beta1.Sandbox, isSettled: Bool) {
    let version = "\(object.metadata.resourceVersion) \(cache.pod(of: object)?.metadata.resourceVersion ?? "")"
    happenings.saw(
      object.name, in: object.namespace ?? "", version: version, isSettled: isSettled, at: .now())
  }

  func listHappenings() async {
    for namespace in happenings.due(at: .now()) { await listHappenings(in: namespace) }
  }

  func listHappenings(in namespace: String) async {
    // Who may not see events sees all the rest.
    let events = try? await api.list(CoreV1.Event.self, in: namespace)
    happenings.take(events, of: namespace, at: .now())
  }

  private func report(_ sandbox: Sandbox, _ object: AgentsV1Beta1.Sandbox) -> SandboxReport {
    report(
      object, generation: sandbox.generation, container: PodLayout.container, node: sandbox.node,
      conditions: sandbox.conditions)
  }

  func report(
    _ object: AgentsV1Beta1.Sandbox, generation: Int = 0, container: String, node: String,
    conditions: [Sandbox.Condition]
  ) -> SandboxReport {
    var report = SandboxReport(engine: name, sandbox: object.name, generation: generation)
    let pod = cache.pod(of: object)
    let namespace = object.namespace ?? ""
    report.context = api.connection.context ?? "in-cluster"
    report.server = api.connection.baseURL
    report.namespace = namespace
    report.pod = pod?.name ?? ""
    report.container = container
    report.node = node
    report.image = image(of: container, object, pod)
    report.volume = volume(of: pod)
    report.conditions = conditions
    report.events = happenings.events(of: object.name, pod: object.podName, in: namespace)
    return report
  }

  private func image(of container: String, _ object: AgentsV1Beta1.Sandbox, _ pod: CoreV1.Pod?) -> String {
    let containers = pod?.spec?["containers"] ?? object.podTemplate?["spec"]?["containers"]
    let agent = containers?.arrayValue?.first { $0["name"]?.stringValue == container }
    return agent?["image"]?.stringValue ?? ""
  }

  /// The claim's name, as its pod has it.
  private func volume(of pod: CoreV1.Pod?) -> String {
    let volume = pod?.spec?["volumes"]?.arrayValue?.first { $0["name"]?.stringValue == PodLayout.workspaceVolume }
    return volume?["persistentVolumeClaim"]?["claimName"]?.stringValue ?? ""
  }
}
