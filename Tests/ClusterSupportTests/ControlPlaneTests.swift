import ClusterSupport
import PaddockProgram
import Testing

@Suite struct ControlPlaneTests {
  private static let sandbox = """
    apiVersion: agents.x-k8s.io/v1beta1
    kind: Sandbox
    metadata: { name: one }
    spec:
      podTemplate:
        metadata: { annotations: { paddock.test/play: "%" } }
        spec:
          restartPolicy: Never
          containers: [{ name: agent, image: "registry.example/agent:1" }]
      volumeClaimTemplates:
        - metadata: { name: work }
          spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
    """

  private func start(_ play: String = "") async throws -> (ControlPlane, namespace: String) {
    let cluster = try await ControlPlane.shared()
    let namespace = try await cluster.makeNamespace()
    let manifest = Self.sandbox.split(separator: "%", omittingEmptySubsequences: false).joined(separator: play)
    try await cluster.apply(manifest, namespace: namespace)
    return (cluster, namespace)
  }

  private func condition(_ type: String, in namespace: String, of cluster: ControlPlane) async throws -> String {
    let path =
      "jsonpath={.status.conditions[?(@.type==\"\(type)\")].status} {.status.conditions[?(@.type==\"\(type)\")].reason}"
    return try await cluster.require("get", "sandbox", "one", "-n", namespace, "-o", path)
  }

  @Test func aSandboxBecomesReadySuspendsAndResumesOnItsVolume() async throws {
    let (cluster, namespace) = try await start()
    try await eventually("ready") {
      try await condition("Ready", in: namespace, of: cluster) == "True DependenciesReady" ? true : nil
    }
    let volume = try await cluster.require("get", "pvc", "work-one", "-n", namespace, "-o", "jsonpath={.metadata.uid}")
    for (mode, type, expected) in [
      ("Suspended", "Suspended", "True PodTerminated"), ("Running", "Ready", "True DependenciesReady"),
    ] {
      try await cluster.require(
        "patch", "sandbox", "one", "-n", namespace, "--type=merge", "-p", #"{"spec":{"operatingMode":"\#(mode)"}}"#)
      try await eventually(mode) {
        try await condition(type, in: namespace, of: cluster) == expected ? true : nil
      }
    }
    let kept = try await cluster.require("get", "pvc", "work-one", "-n", namespace, "-o", "jsonpath={.metadata.uid}")
    #expect(kept == volume)
  }

  @Test(arguments: [
    ("Unschedulable", "PodScheduled", "False Unschedulable"),
    ("Evicted", "Ready", "False PodFailed"),
    ("OOMKilled", "Finished", "True PodFailed"),
    ("Exited:0", "Finished", "True PodSucceeded"),
    ("ImagePullBackOff", "Ready", "False DependenciesNotReady"),
  ])
  func aPodsPlayedFailureShowsInTheSandbox(play: String, type: String, expected: String) async throws {
    let (cluster, namespace) = try await start(play)
    try await eventually(expected) {
      try await condition(type, in: namespace, of: cluster) == expected ? true : nil
    }
  }

  @Test func whatASandboxOwnsGoesWithIt() async throws {
    let (cluster, namespace) = try await start()
    try await eventually("its pod") {
      try await cluster.kubectl("get", "pod", "one", "-n", namespace).status == 0 ? true : nil
    }
    try await cluster.require("delete", "sandbox", "one", "-n", namespace)
    try await eventually("nothing left") {
      try await cluster.require("get", "pods,pvc", "-n", namespace, "-o", "name").isEmpty ? true : nil
    }
  }

  @Test func aClaimAdoptsFromThePool() async throws {
    let cluster = try await ControlPlane.shared()
    let namespace = try await cluster.makeNamespace()
    try await cluster.apply(
      """
      apiVersion: extensions.agents.x-k8s.io/v1beta1
      kind: SandboxTemplate
      metadata: { name: warm }
      spec: { podTemplate: { spec: { containers: [{ name: agent, image: "registry.example/agent:1" }] } } }
      ---
      apiVersion: extensions.agents.x-k8s.io/v1beta1
      kind: SandboxWarmPool
      metadata: { name: warm }
      spec: { replicas: 1, sandboxTemplateRef: { name: warm } }
      """, namespace: namespace)
    try await eventually("a warm sandbox") {
      let ready = "jsonpath={.status.readyReplicas}"
      return try await cluster.require("get", "swp", "warm", "-n", namespace, "-o", ready) == "1" ? true : nil
    }
    try await cluster.apply(
      """
      apiVersion: extensions.agents.x-k8s.io/v1beta1
      kind: SandboxClaim
      metadata: { name: mine }
      spec: { warmPoolRef: { name: warm } }
      """, namespace: namespace)
    let adopted = try await eventually("an adopted sandbox") {
      let name = "jsonpath={.status.sandbox.name}"
      let found = try await cluster.require("get", "sandboxclaim", "mine", "-n", namespace, "-o", name)
      return found.isEmpty ? nil : found
    }
    #expect(adopted.hasPrefix("warm-"))
  }

  @Test func rightsAreWhatRBACGives() async throws {
    let cluster = try await ControlPlane.shared()
    let namespace = try await cluster.makeNamespace()
    let own = try await cluster.kubeconfig(user: "vera", groups: ["viewers-\(namespace)"])
    let refused = try await cluster.kubectl("--kubeconfig", own, "get", "pods", "-n", namespace)
    #expect(refused.errors.contains(#"User "vera" cannot list resource "pods""#))
    try await cluster.require("create", "role", "viewer", "--verb=list", "--resource=pods", "-n", namespace)
    try await cluster.require(
      "create", "rolebinding", "viewers", "--role=viewer", "--group=viewers-\(namespace)", "-n", namespace)
    try await eventually("the right to list pods") {
      try await cluster.kubectl("--kubeconfig", own, "get", "pods", "-n", namespace).status == 0 ? true : nil
    }
    #expect(try await cluster.token(serviceAccount: "robot", in: namespace).split(separator: ".").count == 3)
  }

  @Test func anAPIServerThatWasKilledComesBackWithItsData() async throws {
    let cluster = try await ControlPlane.start(agentSandbox: .none)
    try await cluster.require("create", "namespace", "kept")
    try await cluster.stopAPIServer()
    #expect(try await cluster.kubectl("get", "namespace", "kept").status != 0)
    try await cluster.startAPIServer()
    try await cluster.require("get", "namespace", "kept")
    try await cluster.stop()
  }
}
