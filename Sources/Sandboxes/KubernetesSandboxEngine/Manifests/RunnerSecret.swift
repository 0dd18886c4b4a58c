import ControlModel
package import KubernetesClient
import RunnerProtocol
import SessionWorkspace

/// What a runner is handed, kept where any core finds it again; a secret, since variables of an agent's declaration may be
/// keys.
package struct RunnerSecret: Sendable, Hashable {
  package var manifest: SandboxManifest
  package var token: String

  package init(manifest: SandboxManifest, token: String) {
    self.manifest = manifest
    self.token = token
  }

  package var object: CoreV1.Secret {
    var secret = CoreV1.Secret(
      name: ClusterNames.runnerSecret(ofSandbox: manifest.name), namespace: manifest.namespace,
      labels: manifest.labels)
    secret.json["type"] = "Opaque"
    secret.json["stringData"] = [
      PodLayout.configurationKey: .string(JSONValue.object(configuration.json).text),
      PodLayout.tokenKey: .string(token),
    ]
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
      runtimeSessionID: request.runtimeSessionID)
  }
}
