package import ControlModel
import HTTPTransport
import KubernetesClient

extension KubernetesSandboxEngine {
  /// The uid of `kube-system` is what tells clusters apart: it is there from a cluster's beginning to its end.
  package func identity() async -> EngineIdentity {
    let connection = api.connection
    let found = try? await api.find(CoreV1.Namespace.self, "kube-system")
    return EngineIdentity(
      name: name,
      cluster: .init(
        uid: found?.metadata.uid, server: connection.baseURL,
        authority: connection.tls.authorities.map(Self.digest) ?? ""))
  }

  /// FNV-1a, of all but white space: files that hold the same certificate differ in their line breaks.
  private static func digest(_ authorities: [UInt8]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in authorities where byte > 0x20 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
  }
}
