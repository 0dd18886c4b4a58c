import ControlModel
package import KubernetesClient
package import RunnerProtocol
import SessionWorkspace

/// What a runner is handed, kept where any core finds it again; a secret, since variables of an agent's declaration may be
/// keys.
package struct RunnerSecret: Sendable, Hashable {
  package var manifest: SandboxManifest
  package var token: String
  /// By which the living pod of a sandbox from a warm pool takes the session.
  package var handoverKey: HandoverKey?

  package init(manifest: SandboxManifest, token: String, handoverKey: HandoverKey? = nil) {
    self.manifest = manifest
    self.token = token
    self.handoverKey = handoverKey
  }

  package var object: CoreV1.Secret {
    var secret = CoreV1.Secret(
      name: ClusterNames.runnerSecret(ofSandbox: manifest.name), namespace: manifest.namespace,
      labels: manifest.labels)
    secret.json["type"] = "Opaque"
    var data: JSONObject = [
      PodLayout.configurationKey: .string(JSONValue.object(configuration.json).text),
      PodLayout.tokenKey: .string(token),
    ]
    data[PodLayout.handoverKeyKey] = handoverKey.map { .string($0.text) }
    secret.json["stringData"] = .object(data)
    return secret
  }

  private var configuration: RunnerConfiguration {
    let request = manifest.request
    return RunnerConfiguration(
      session: request.session, generation: request.generation, agent: request.agent,
      listener: .tcp(host: "0.0.0.0", port: PodLayout.runnerPort), token: token, journal: PodLayout.journal,
      workingDirectory: WorkspacePreparation(request.agent.spec).workingDirectory,
      stateDirectory: WorkspacePreparation.stateDirectory,
      environment: AgentEnvironment.variables(of: request.agent), firstSeq: request.firstSeq,
      runtimeSessionID: request.runtimeSessionID, spent: request.spent, reason: request.reason,
      awaitsMessage: request.awaitsMessage)
  }
}
