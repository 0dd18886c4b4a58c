package import KubernetesClient

/// One thing that `paddock doctor` says of a cluster.
package struct ClusterFinding: Sendable, Hashable {
  package var name: String
  package var isFine: Bool
  /// Whether no agent can run without it.
  package var isRequired: Bool
  /// One sentence.
  package var message: String
}

extension KubernetesSandboxEngine {
  package nonisolated func findings() async -> [ClusterFinding] {
    let server = api.connection.baseURL
    do throws(KubernetesError) {
      let version = try await api.serverVersion()
      var findings = [finding("cluster", true, "\(server) answers; it is Kubernetes \(version).")]
      findings.append(try await kinds())
      findings.append(try await extensions())
      findings.append(try await rights())
      return findings
    } catch {
      return [finding("cluster", false, error.description)]
    }
  }

  private nonisolated func kinds() async throws(KubernetesError) -> ClusterFinding {
    let type = AgentsV1Beta1.Sandbox.type
    let isServed = try await api.serves(type)
    return finding(
      "agent-sandbox", isServed,
      isServed
        ? "The cluster has \(type.plural) of \(type.apiVersion)."
        : "The cluster has no \(type.apiVersion) \(type.kind): install kubernetes-sigs/agent-sandbox.")
  }

  private nonisolated func extensions() async throws(KubernetesError) -> ClusterFinding {
    let type = ExtensionsV1Beta1.SandboxTemplate.type
    guard try await api.serves(type) else {
      return finding(
        "warm pools", false, "The cluster has no \(type.apiVersion): each start is a cold one.", isRequired: false)
    }
    let missing = try await api.missing(Self.warmPoolRights).map(\.description)
    return finding(
      "warm pools", missing.isEmpty,
      missing.isEmpty
        ? "The cluster has the extensions \(type.apiVersion)."
        : "\(api.connection.user) may not: \(missing.joined(separator: ", ")); each start is a cold one.",
      isRequired: false)
  }

  private nonisolated func rights() async throws(KubernetesError) -> ClusterFinding {
    let missing = try await api.missing(Self.rights).map(\.description)
    let user = api.connection.user
    return finding(
      "rights", missing.isEmpty,
      missing.isEmpty
        ? "\(user) may do in all namespaces what the core does."
        : "\(user) may not, in all namespaces: \(missing.joined(separator: ", ")).")
  }

  /// What the engine does with the API. A request through the proxy takes the verb of its method.
  package static let rights: [AuthorizationV1.Access] = {
    let (sandboxes, pods, secrets) = (AgentsV1Beta1.Sandbox.type, CoreV1.Pod.type, CoreV1.Secret.type)
    return ["get", "list", "watch", "create", "patch", "delete"].map { .init($0, sandboxes) }
      + ["get", "list", "watch", "delete"].map { .init($0, pods) }
      + [.init("get", pods, subresource: "log")]
      + ["get", "create", "update"].map { .init($0, pods, subresource: "proxy") }
      + ["get", "create", "patch", "delete"].map { .init($0, secrets) }
      + [.init("get", CoreV1.Namespace.type, name: "kube-system")]
  }()

  private nonisolated func finding(
    _ name: String, _ isFine: Bool, _ message: String, isRequired: Bool = true
  ) -> ClusterFinding {
    ClusterFinding(name: name, isFine: isFine, isRequired: isRequired, message: message)
  }
}
