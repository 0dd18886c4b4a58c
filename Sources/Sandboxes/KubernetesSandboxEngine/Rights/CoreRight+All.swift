import KubernetesClient

extension CoreRight {
  /// Whoever lets the core do more in a cluster says so here. A request through the pod proxy takes the verb of its
  /// method, and server-side apply is `patch`, and `create` besides where the object is not there yet.
  package static let all: [CoreRight] = sandboxes + observation + warmPools + teams + operators

  private static let sandboxes: [CoreRight] = [
    CoreRight(
      .sandboxes, ["get", "list", "watch", "create", "patch", "delete"], AgentsV1Beta1.Sandbox.type,
      for: "each session's sandbox; acts on those of others"),
    CoreRight(
      .sandboxes, ["get", "list", "watch"], CoreV1.Pod.type,
      for: "why a sandbox is not ready, in the cluster's words; whether its pod is gone"),
    CoreRight(
      .sandboxes, ["get", "create", "update"], CoreV1.Pod.type, subresource: "proxy",
      for: "the runner: its journal, messages to it, its session"),
    CoreRight(
      .sandboxes, ["get", "create", "patch", "delete"], CoreV1.Secret.type,
      for: "the runner's token, and what it is handed"),
  ]

  private static let observation: [CoreRight] = [
    CoreRight(
      .turns, ["list", "create", "delete"], PolicyV1.PodDisruptionBudget.type,
      for: "a node that is drained waits for turns"),
    CoreRight(.events, ["list"], CoreV1.Event.type, for: "what the cluster says of a sandbox"),
    CoreRight(
      .foreign, ["get"], CoreV1.Pod.type, subresource: "log", for: "the transcript of a sandbox that others made"),
    CoreRight(.foreign, ["delete"], CoreV1.Pod.type, for: "restarts a sandbox that others made"),
  ]

  private static let warmPools: [CoreRight] = [
    CoreRight(
      .warmPools, ["get", "list", "create", "patch", "delete"], ExtensionsV1Beta1.SandboxTemplate.type,
      for: "what the pods of an agent's warm pool are made from"),
    CoreRight(
      .warmPools, ["get", "list", "create", "patch", "delete"], ExtensionsV1Beta1.SandboxWarmPool.type,
      for: "the warm pool of an agent"),
    CoreRight(
      .warmPools, ["get", "list", "create", "delete"], ExtensionsV1Beta1.SandboxClaim.type,
      for: "a session's claim on a sandbox of the pool"),
  ]

  private static let teams: [CoreRight] = [
    CoreV1.Namespace.type, CoreV1.ResourceQuota.type, CoreV1.LimitRange.type, CoreV1.ServiceAccount.type,
    NetworkingV1.NetworkPolicy.type, RBACV1.Role.type, RBACV1.RoleBinding.type,
  ].map { CoreRight(.teams, ["get", "create", "patch"], $0, for: "makes a team's namespace, and keeps it as it is") }

  /// A role can only be given by who holds all of it.
  private static let operators: [CoreRight] = [
    operators(["get", "list", "watch"], AgentsV1Beta1.Sandbox.type),
    operators(["get", "list", "watch"], CoreV1.Pod.type),
    operators(["get"], CoreV1.Pod.type, "log"),
    operators(["get", "create"], CoreV1.Pod.type, "exec"),
    operators(["get", "create"], CoreV1.Pod.type, "attach"),
    operators(["get", "list", "watch"], CoreV1.Event.type),
  ]

  private static func operators(
    _ verbs: [String], _ type: ResourceType, _ subresource: String? = nil
  ) -> CoreRight {
    CoreRight(.operators, verbs, type, subresource: subresource, for: "given on to the operators of a team")
  }
}
