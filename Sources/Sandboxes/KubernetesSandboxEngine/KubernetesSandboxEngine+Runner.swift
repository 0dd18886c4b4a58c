package import ControlModel
import KubernetesClient
import RunnerClient
import RunnerProtocol

extension KubernetesSandboxEngine {
  package func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    guard let object = try await object(of: reference) else {
      throw ControlFailure(.notFound, "There is no sandbox '\(reference.name)' of team '\(reference.team)'.")
    }
    let configuration = try await configuration(of: reference, object)
    let runner = RunnerClient(try await channel(to: object), token: configuration.token)
    try await handOver(configuration, to: runner, of: reference)
    return runner
  }

  /// A volume can be read only where it is mounted: the next runner serves what is in the journal.
  package func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? { nil }

  private func configuration(
    of reference: SandboxReference, _ object: AgentsV1Beta1.Sandbox
  ) async throws(ControlFailure) -> RunnerConfiguration {
    if let configuration = configurations[reference.uid] { return configuration }
    let name = ClusterNames.runnerSecret(ofSandbox: object.name)
    let secret = try await attempt { () throws(KubernetesError) in
      try await api.get(CoreV1.Secret.self, name, in: object.namespace)
    }
    guard secret.metadata.labels[ClusterLabel.generation] == object.metadata.labels[ClusterLabel.generation],
      let text = secret.value(PodLayout.configurationKey)
    else {
      throw ControlFailure(.conflict, "\(secret) does not belong to this generation of \(object).")
    }
    let configuration = try RunnerConfiguration.parse(text)
    configurations[reference.uid] = configuration
    handoverKeys[reference.uid] = secret.value(PodLayout.handoverKeyKey).map {
      HandoverKey(String(decoding: $0, as: UTF8.self))
    }
    return configuration
  }
}
