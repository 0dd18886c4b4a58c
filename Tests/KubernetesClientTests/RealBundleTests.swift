import ClusterSupport
import HTTPTransport
import KubernetesTestSupport
import Testing

@testable import KubernetesClient

@Suite struct RealBundleTests {
  @Test("A damaged certificate in a bundle does not keep from the server that another one speaks for")
  func damagedBundle() async throws {
    let plane = try await QuietCluster.shared()
    let damaged = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----\n"
    var connection = try APIServerConnection.load(.init(explicitPath: plane.kubeconfigPath))
    let bundle = Array(damaged.utf8) + (connection.tls.authorities ?? [])
    connection.tls.authorities = bundle
    await #expect(throws: KubernetesError.self) {
      _ = try await KubernetesAPI(connection).list(CoreV1.Pod.self, in: "default")
    }
    connection.tls.authorities = PEMCertificates.readable(in: bundle)
    _ = try await KubernetesAPI(connection).list(CoreV1.Pod.self, in: "default")
  }
}
