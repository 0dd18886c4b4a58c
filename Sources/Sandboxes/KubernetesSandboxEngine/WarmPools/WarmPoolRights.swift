package import KubernetesClient

extension KubernetesSandboxEngine {
  /// What warm pools take besides; without them every start is a cold one.
  package static let warmPoolRights: [AuthorizationV1.Access] =
    CoreRight.all.filter { $0.part == .warmPools }.flatMap(\.accesses)
}
