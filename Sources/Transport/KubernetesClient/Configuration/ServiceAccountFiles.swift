import HTTPTransport

/// What Kubernetes puts into every pod with a service account.
package struct ServiceAccountFiles: Sendable {
  package var folder: String

  package init(folder: String = "/var/run/secrets/kubernetes.io/serviceaccount") {
    self.folder = folder
  }

  /// `nil` outside a cluster.
  package func connection(_ environment: [String: String]) throws(KubernetesError) -> APIServerConnection? {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], let port = environment["KUBERNETES_SERVICE_PORT"],
      !host.isEmpty, !port.isEmpty
    else { return nil }
    do throws(ConfigurationProblem) {
      guard try ConfigurationFile.read("\(folder)/token") != nil else { return nil }
      guard let authorities = PEMCertificates.readable(in: try ConfigurationFile.required("\(folder)/ca.crt")) else {
        throw ConfigurationProblem(path: "\(folder)/ca.crt", problem: "holds no certificate that can be read")
      }
      let namespace = try ConfigurationFile.read("\(folder)/namespace").map { String(decoding: $0, as: UTF8.self) }
      return APIServerConnection(
        baseURL: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)", tls: .init(authorities: authorities),
        proxy: .environment, namespace: namespace?.trimmedLine ?? "default", user: "the pod's service account",
        credentials: TokenFileSource(path: "\(folder)/token", user: "the pod's service account", fallback: nil))
    } catch {
      throw .configuration(error)
    }
  }
}

extension String {
  /// Without white space at its ends; `nil` when nothing is left.
  var trimmedLine: String? {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return nil }
    return String(start[...last])
  }
}
