import KubernetesClient

/// One thing that `paddock doctor` says of a cluster.
package struct ClusterFinding: Sendable, Hashable {
  package var name: String
  package var isFine: Bool
  /// Whether no agent can run without it.
  package var isRequired: Bool
  /// One sentence.
  package var message: String

  package init(name: String, isFine: Bool, isRequired: Bool, message: String) {
    self.name = name
    self.isFine = isFine
    self.isRequired = isRequired
    self.message = message
  }
}

extension KubernetesSandboxEngine {
  package nonisolated func findings() async -> [ClusterFinding] {
    let server = api.connection.baseURL
    do throws(KubernetesError) {
      let version = try await api.serverVersion()
      var findings = [finding("cluster", true, "\(server) answers; it is Kubernetes \(version).")]
      findings.append(try await kinds())
      findings.append(try await extensions())
      findings += try await rights()
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

  /// One for each part of what the core does, the required one first; `extensions` tells of warm pools.
  private nonisolated func rights() async throws(KubernetesError) -> [ClusterFinding] {
    let missing = Set(try await api.missing(CoreRight.all.flatMap(\.accesses).unique))
    return CoreRight.Part.allCases.filter { $0 != .warmPools }.compactMap { part in
      let accesses = CoreRight.all.filter { $0.part == part }.flatMap(\.accesses).filter(missing.contains)
      return accesses.isEmpty && !part.isRequired ? nil : rights(of: part, missing: accesses)
    }
  }

  private nonisolated func rights(
    of part: CoreRight.Part, missing: [AuthorizationV1.Access]
  ) -> ClusterFinding {
    let user = api.connection.user
    let list = missing.map(\.description).joined(separator: ", ")
    return finding(
      "rights", missing.isEmpty,
      missing.isEmpty
        ? "\(user) may do in all namespaces what sessions need."
        : "\(user) may not, in all namespaces: \(list). So \(part.consequence).", isRequired: part.isRequired)
  }

  private nonisolated func finding(
    _ name: String, _ isFine: Bool, _ message: String, isRequired: Bool = true
  ) -> ClusterFinding {
    ClusterFinding(name: name, isFine: isFine, isRequired: isRequired, message: message)
  }
}

extension [AuthorizationV1.Access] {
  /// Parts overlap, and each question is a request.
  fileprivate var unique: Self { reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
}
