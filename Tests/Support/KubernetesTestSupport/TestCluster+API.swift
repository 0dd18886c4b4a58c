package import ClusterSupport
import HTTPTransport
package import KubernetesClient

extension TestCluster {
  /// As somebody who may do everything.
  package func api() throws -> KubernetesAPI {
    try KubernetesAPI(.load(KubeconfigSource(explicitPath: kubeconfigPath)))
  }

  /// As whoever has these credentials.
  package func api(_ credentials: any CredentialSource) throws -> KubernetesAPI {
    var connection = try APIServerConnection.load(KubeconfigSource(explicitPath: kubeconfigPath))
    connection.tls.identity = nil
    connection.credentials = credentials
    return try KubernetesAPI(connection)
  }
}

/// A control plane where nothing acts on the kinds of agent-sandbox, so that an object is what a test made of it.
package enum QuietCluster {
  private static let start = Task { try await ControlPlane.start(agentSandbox: .kinds) }

  /// One for each test process.
  package static func shared() async throws -> ControlPlane { try await start.value }
}
