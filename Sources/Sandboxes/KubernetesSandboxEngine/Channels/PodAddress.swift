import Glibc
import KubernetesClient

/// Where a pod's runner listens.
struct PodAddress: Sendable, Hashable, CustomStringConvertible {
  /// An IPv4 or IPv6 address.
  let host: String
  let port: Int

  /// `nil` for a pod that has no address, has ended, or says something that is no address: its status becomes part of
  /// a URL that the runner's token is sent to.
  init?(of pod: CoreV1.Pod, port: Int = PodLayout.runnerPort) {
    guard let host = pod.podIP, !["Succeeded", "Failed"].contains(pod.phase ?? "") else { return nil }
    self.init(host, port: port)
  }

  /// `nil` for anything but numbers: a name would be looked up, and whoever answers for it believed.
  init?(_ host: String, port: Int) {
    var bytes = in6_addr()
    guard inet_pton(host.contains(":") ? AF_INET6 : AF_INET, host, &bytes) == 1 else { return nil }
    self.host = host
    self.port = port
  }

  var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
  var baseURL: String { "http://\(self)" }
}
