import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import LocalSandboxEngine

extension Installation {
  /// What was said now, then in the environment, then to the last `up`.
  func engineChoice(_ given: EngineChoice = .init()) throws(ControlFailure) -> EngineChoice {
    let said = given.filled(from: try .environment())
    var recorded = try recordedEngine() ?? .init()
    // A context is one of its kubeconfig.
    if let kubeconfig = said.kubeconfig, kubeconfig != recorded.kubeconfig { recorded.context = nil }
    return said.filled(from: recorded)
  }

  func openEngine(_ choice: EngineChoice) throws(ControlFailure) -> any SandboxEngine {
    switch choice.engine ?? .local {
    case .local: try openLocalEngine()
    case .kubernetes: try openKubernetesEngine(choice)
    }
  }

  func openLocalEngine() throws(ControlFailure) -> LocalSandboxEngine {
    try LocalSandboxEngine(localEngine(runner: try Self.runner()))
  }

  /// Only to end what runs: needs no runner, and writes nothing of its own.
  func openLocalEngineToEnd() throws(ControlFailure) -> LocalSandboxEngine {
    let runner = (try? Self.runner()) ?? "/usr/local/libexec/paddock/paddock-runner"
    return try LocalSandboxEngine(localEngine(runner: runner, makesDirectories: false))
  }

  func openKubernetesEngine(_ choice: EngineChoice) throws(ControlFailure) -> KubernetesSandboxEngine {
    let settings = try choice.clusterSettings()
    do throws(KubernetesError) {
      return KubernetesSandboxEngine(try KubernetesAPI(choice.connection()), settings: settings)
    } catch {
      throw ControlFailure(error)
    }
  }
}

extension Installation {
  /// What `doctor` says of the cluster: whether it can be used comes before with which images.
  func clusterFindings(_ choice: EngineChoice) async throws(ControlFailure) -> [ClusterFinding] {
    var looking = choice
    looking.runnerImage = choice.runnerImage ?? "unsaid"
    looking.agentImage = choice.agentImage ?? "unsaid"
    var findings = await (try openKubernetesEngine(looking)).findings()
    do throws(ControlFailure) { _ = try choice.clusterSettings() } catch {
      findings.append(ClusterFinding(name: "images", isFine: false, isRequired: true, message: "\(error)"))
    }
    return findings
  }

  /// A core that may not do what sessions need is none; one whose cluster is out of reach for now may be.
  func requireRights(_ choice: EngineChoice) async throws(ControlFailure) {
    guard choice.engine == .kubernetes else { return }
    let findings = await (try openKubernetesEngine(choice)).findings()
    guard let lacking = findings.first(where: { !$0.isFine && $0.isRequired && $0.name != "cluster" }) else { return }
    throw ControlFailure(.permissionDenied, lacking.message, hint: "See `paddock doctor` for all of it.")
  }
}

extension Stores {
  /// For a core: its sessions must not have their sandboxes on another engine.
  func openEngine(
    _ choice: EngineChoice, _ installation: Installation
  ) async throws(ControlFailure) -> any SandboxEngine {
    let engine = try installation.openEngine(choice)
    try await history.claimEngine(await engine.identity())
    return engine
  }
}

extension Installation {
  private var engineRecord: String { dataDirectory + "/engine.json" }

  private func recordedEngine() throws(ControlFailure) -> EngineChoice? {
    guard !isGuest, let bytes = try contents(ofOwnFile: engineRecord) else { return nil }
    guard let json = try? JSONValue(parsing: bytes) else {
      throw ControlFailure(.malformed, "\(engineRecord) is not JSON.", hint: "Remove it, and give --engine once more.")
    }
    return try EngineChoice(json: json, file: engineRecord)
  }

  /// For the core that `up` starts, and for later commands. The context is written down by its name: what is current
  /// for kubectl changes.
  func recordEngine(_ choice: EngineChoice) throws(ControlFailure) {
    var choice = choice
    if choice.engine == .kubernetes {
      do throws(KubernetesError) { choice.context = try choice.connection().context } catch {
        throw ControlFailure(error)
      }
    }
    try TextFile.write(JSONValue.object(choice.json).text + "\n", to: engineRecord)
  }
}

extension EngineChoice {
  func connection() throws(KubernetesError) -> APIServerConnection {
    try .load(KubeconfigSource(explicitPath: kubeconfig), context: context)
  }

  func clusterSettings() throws(ControlFailure) -> ClusterSettings {
    var settings = ClusterSettings(
      runnerImage: try Self.required(runnerImage, "--runner-image", "PADDOCK_RUNNER_IMAGE"),
      agentImage: try Self.required(agentImage, "--agent-image", "PADDOCK_AGENT_IMAGE"))
    if let prefix = namespacePrefix { settings.names = ClusterNames(namespacePrefix: prefix) }
    settings.storageClassName = storageClass
    settings.runnerRoute = try Self.route(runnerChannel)
    return settings
  }

  private static func route(_ name: String?) throws(ControlFailure) -> RunnerRoute {
    guard let name else { return .auto }
    if let route = RunnerRoute(rawValue: name) { return route }
    let names = RunnerRoute.allCases.map(\.rawValue).joined(separator: ", ")
    throw ControlFailure(
      .invalidArgument, "There is no runner channel '\(name)'; it must be one of \(names).",
      hint: "It is said by --runner-channel or PADDOCK_RUNNER_CHANNEL.")
  }

  private static func required(
    _ value: String?, _ option: String, _ variable: String
  ) throws(ControlFailure) -> String {
    if let value { return value }
    throw ControlFailure(
      .invalidArgument, "The engine 'kubernetes' needs an image: \(option).", hint: "Or name it in \(variable).")
  }
}
