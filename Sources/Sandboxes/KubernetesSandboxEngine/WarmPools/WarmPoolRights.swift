package import KubernetesClient

extension KubernetesSandboxEngine {
  /// What warm pools take besides; without them every start is a cold one.
  package static let warmPoolRights: [AuthorizationV1.Access] =
    [ExtensionsV1Beta1.SandboxTemplate.type, ExtensionsV1Beta1.SandboxWarmPool.type].flatMap { type in
      ["get", "list", "create", "patch", "delete"].map { .init($0, type) }
    } + ["get", "list", "create", "delete"].map { .init($0, ExtensionsV1Beta1.SandboxClaim.type) }
}
