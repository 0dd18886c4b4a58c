import ClusterSupport
import PaddockProgram
import Testing

/// The stand-in has to behave as Tests/Support/agent-sandbox/README.md says of upstream: engines are tested against it.
@Suite struct SandboxControllerTests {
  /// A Sandbox in a namespace of its own; `spec` and `pod` are lines of YAML.
  private func start(spec: String = "", pod: String = "", metadata: String = "{}") async throws -> Subject {
    let cluster = try await ControlPlane.shared()
    let subject = Subject(cluster: cluster, namespace: try await cluster.makeNamespace())
    try await cluster.apply(
      """
      apiVersion: agents.x-k8s.io/v1beta1
      kind: Sandbox
      metadata: { name: one, labels: { paddock.dev/own: "1" } }
      spec:
        \(spec)
        podTemplate:
          metadata: \(metadata)
          spec:
            \(pod)
            containers: [{ name: agent, image: "registry.example/agent:1" }]
      """, namespace: subject.namespace)
    return subject
  }

  private func startPool(_ claim: String) async throws -> Subject {
    let cluster = try await ControlPlane.shared()
    let subject = Subject(cluster: cluster, namespace: try await cluster.makeNamespace())
    try await cluster.apply(
      """
      apiVersion: extensions.agents.x-k8s.io/v1beta1
      kind: SandboxTemplate
      metadata: { name: warm }
      spec:
        envVarsInjectionPolicy: Allowed
        podTemplate: { spec: { containers: [{ name: agent, image: "registry.example/agent:1" }] } }
      ---
      apiVersion: extensions.agents.x-k8s.io/v1beta1
      kind: SandboxWarmPool
      metadata: { name: warm }
      spec: { replicas: 2, sandboxTemplateRef: { name: warm } }
      """, namespace: subject.namespace)
    try await subject.eventually("swp", "warm", "{.status.readyReplicas}", is: "2")
    try await cluster.apply(
      """
      apiVersion: extensions.agents.x-k8s.io/v1beta1
      kind: SandboxClaim
      metadata: { name: mine }
      spec: { warmPoolRef: { name: warm }, \(claim) }
      """, namespace: subject.namespace)
    return subject
  }

  @Test func theTemplatesLabelsReachThePodAndTheSandboxsOwnDoNot() async throws {
    let one = try await start(metadata: #"{ labels: { paddock.dev/session: s1, agents.x-k8s.io/forged: "1" } }"#)
    try await one.eventually("sandbox", "one", ready, is: "True")
    let labels = try await one.field("pod", "one", "{.metadata.labels}")
    #expect(labels == #"{"agents.x-k8s.io/sandbox-name-hash":"ba2719ef","paddock.dev/session":"s1"}"#)
  }

  @Test func aPodThatIsDeletedIsMadeAnewAndOneThatEndedIsNot() async throws {
    let one = try await start(pod: "restartPolicy: Never")
    try await one.eventually("sandbox", "one", ready, is: "True")
    let first = try await one.field("pod", "one", "{.metadata.uid}")
    try await one.require("delete", "pod", "one", "--wait=false")
    try await eventually("another pod") {
      let uid = try? await one.field("pod", "one", "{.metadata.uid}")
      return uid == nil || uid == first ? nil : uid
    }
    try await one.eventually("sandbox", "one", ready, is: "True")
    let second = try await one.field("pod", "one", "{.metadata.uid}")
    try await one.require("annotate", "pod", "one", "paddock.test/play=Exited:3")
    try await one.eventually("sandbox", "one", reason, is: "PodFailed")
    #expect(try await one.field("pod", "one", "{.metadata.uid}") == second)
    #expect(try await one.field("pod", "one", "{.status.containerStatuses[0].state.terminated.exitCode}") == "3")
  }

  @Test func anExpiredSandboxStaysWithoutItsPodAndLivesAgainWithALaterTime() async throws {
    let one = try await start(spec: "shutdownTime: 2020-01-01T00:00:00Z")
    try await one.eventually("sandbox", "one", reason, is: "SandboxExpired")
    #expect(try await one.cluster.kubectl("get", "pod", "one", "-n", one.namespace).status != 0)
    try await one.patch("sandbox", "one", #"{"spec":{"shutdownTime":null}}"#)
    try await one.eventually("sandbox", "one", ready, is: "True")
  }

  @Test func anExpiredSandboxWithThePolicyDeleteGoes() async throws {
    let one = try await start(spec: "shutdownTime: 2020-01-01T00:00:00Z\n  shutdownPolicy: Delete")
    try await eventually("no sandbox") {
      try await one.cluster.kubectl("get", "sandbox", "one", "-n", one.namespace).status == 0 ? nil : true
    }
  }

  @Test func somebodyElsesPodOfThatNameIsAnError() async throws {
    let one = try await start(spec: "operatingMode: Suspended")
    try await one.eventually("sandbox", "one", reason, is: "SandboxSuspended")
    try await one.require("run", "one", "--image=registry.example/other:1")
    try await one.patch("sandbox", "one", #"{"spec":{"operatingMode":"Running"}}"#)
    try await one.eventually("sandbox", "one", reason, is: "ReconcilerError")
  }

  @Test func aSuspendThatIsNotYetDoneSaysSo() async throws {
    let one = try await start(metadata: "{ annotations: { paddock.test/play: StuckTerminating } }")
    try await one.eventually("sandbox", "one", ready, is: "True")
    try await one.patch("sandbox", "one", #"{"spec":{"operatingMode":"Suspended"}}"#)
    let suspended = #"{.status.conditions[?(@.type=="Suspended")].reason}"#
    try await one.eventually("sandbox", "one", suspended, is: "PodTerminating")
    try await one.require("delete", "pod", "one", "--grace-period=0", "--force")
    try await one.eventually("sandbox", "one", suspended, is: "PodTerminated")
  }

  @Test func aClaimWithEnvironmentStartsColdUnderItsOwnName() async throws {
    let one = try await startPool("env: [{ name: A, value: b }]")
    try await one.eventually("sandboxclaim", "mine", "{.status.sandbox.name}", is: "mine")
    try await one.eventually("sandboxclaim", "mine", ready, is: "True")
    #expect(try await one.field("pod", "mine", "{.spec.containers[0].env[0].value}") == "b")
  }

  @Test func aClaimMayNotPutLabelsOfOurDomainOnAPod() async throws {
    let one = try await startPool("additionalPodMetadata: { labels: { paddock.dev/session: s1 } }")
    try await one.eventually("sandboxclaim", "mine", reason, is: "InvalidMetadata")
  }

  @Test func anAdoptedSandboxKeepsItsPodAndTakesTheClaimsAnnotations() async throws {
    let one = try await startPool("additionalPodMetadata: { annotations: { paddock.dev/session: s1 } }")
    try await one.eventually("sandboxclaim", "mine", ready, is: "True")
    let name = try await one.field("sandboxclaim", "mine", "{.status.sandbox.name}")
    try await one.eventually("pod", name, #"{.metadata.annotations.paddock\.dev/session}"#, is: "s1")
    #expect(try await one.field("sandbox", name, "{.metadata.ownerReferences[0].kind}") == "SandboxClaim")
    try await one.require("delete", "sandboxclaim", "mine")
    try await eventually("no sandbox") {
      try await one.cluster.kubectl("get", "sandbox", name, "-n", one.namespace).status == 0 ? nil : true
    }
  }
}

private let ready = #"{.status.conditions[?(@.type=="Ready")].status}"#
private let reason = #"{.status.conditions[?(@.type=="Ready")].reason}"#

/// A namespace of the shared control plane.
private struct Subject {
  var cluster: ControlPlane
  var namespace: String

  func require(_ arguments: String...) async throws {
    let run = try await cluster.kubectl(arguments + ["-n", namespace])
    #expect(run.status == 0, "\(arguments): \(run.errors)")
  }

  func patch(_ kind: String, _ name: String, _ patch: String) async throws {
    try await require("patch", kind, name, "--type=merge", "-p", patch)
  }

  func field(_ kind: String, _ name: String, _ path: String) async throws -> String {
    try await cluster.require("get", kind, name, "-n", namespace, "-o", "jsonpath=\(path)")
  }

  func eventually(_ kind: String, _ name: String, _ path: String, is value: String) async throws {
    try await PaddockProgram.eventually("\(kind) \(name) has \(value) at \(path)") {
      let run = try await cluster.kubectl("get", kind, name, "-n", namespace, "-o", "jsonpath=\(path)")
      return run.status == 0 && run.output == value ? true : nil
    }
  }
}
