import ClusterSupport
import ClusterTeams
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import PaddockProgram
import Testing

/// On a real API server.
@Suite struct ProvisioningTests {
  @Test func aTeamGetsEveryObjectOnceAndASecondLookWritesNothing() async throws {
    let fixture = try await ClusterFixture()
    #expect(await fixture.provisioner.inspect(fixture.team).items.allSatisfy { $0.standing == .missing })
    let first = await fixture.provisioner.keep(fixture.team)
    #expect(first.isInStep && first.trouble == nil, "\(first)")
    #expect(first.items.count == 9 && first.repairs.contains("ResourceQuota paddock in \(fixture.namespace) was made."))
    let versions = try await fixture.versions()
    #expect(versions.count == 9)
    let second = await fixture.provisioner.keep(fixture.team)
    #expect(second.isInStep && second.repairs.isEmpty, "\(second)")
    #expect(try await fixture.versions() == versions)
    let look = await fixture.provisioner.inspect(fixture.team)
    #expect(look.isInStep && look.namespace == fixture.namespace)
    #expect(try look.server == fixture.cluster.server)
  }

  @Test func whatSomebodyEditedOrDeletedIsToldAndPutBack() async throws {
    let fixture = try await ClusterFixture()
    _ = await fixture.provisioner.keep(fixture.team)
    try await fixture.edit("resourcequota", "paddock", #"{"spec":{"hard":{"pods":"100"}}}"#)
    try await fixture.edit(
      "networkpolicy", "paddock-default-deny",
      #"{"spec":{"podSelector":{"matchLabels":{"a":"b"}},"egress":[{}]}}"#)
    try await fixture.edit("role", "paddock-operators", #"{"rules":[]}"#)
    try await fixture.cluster.require("delete", "networkpolicy", "paddock-runner", "--namespace", fixture.namespace)

    let seen = await fixture.provisioner.inspect(fixture.team)
    func standing(_ kind: String, _ name: String) throws -> TeamReport.Standing {
      try #require(seen.items.first { $0.kind == kind && $0.name == name }).standing
    }
    #expect(
      try standing("ResourceQuota", "paddock")
        == .differs([.init(field: "spec.hard.pods", wanted: "\"20\"", found: "\"100\"")]))
    guard case .differs(let opened) = try standing("NetworkPolicy", "paddock-default-deny") else {
      Issue.record("The policy is not seen to differ.")
      return
    }
    #expect(Set(opened.map(\.field)) == ["spec.podSelector.matchLabels", "spec.egress"])
    #expect(try standing("NetworkPolicy", "paddock-runner") == .missing)
    #expect(seen.items.count { $0.standing == .inStep } == 5)

    let kept = await fixture.provisioner.keep(fixture.team)
    #expect(kept.isInStep && kept.repairs.count == 4, "\(kept)")
    let policy = try await fixture.api.get(
      NetworkingV1.NetworkPolicy.self, "paddock-default-deny", in: fixture.namespace)
    #expect(policy.spec?["egress"] == nil && policy.spec?["podSelector"] == [:])
    #expect(await fixture.provisioner.inspect(fixture.team).isInStep)
  }

  @Test func whatOthersOwnIsLeftAlone() async throws {
    let fixture = try await ClusterFixture()
    _ = await fixture.provisioner.keep(fixture.team)
    try await fixture.cluster.require("label", "namespace", fixture.namespace, "cost-centre=42")
    try await fixture.edit(
      "resourcequota", "paddock", #"{"spec":{"hard":{"pods":"100","count/configmaps":"9"}}}"#)
    let kept = await fixture.provisioner.keep(fixture.team)
    #expect(kept.isInStep && kept.repairs.count == 1, "\(kept)")
    let quota = try await fixture.api.get(CoreV1.ResourceQuota.self, "paddock", in: fixture.namespace)
    #expect(quota.spec?["hard"]?["pods"] == "20")
    #expect(quota.spec?["hard"]?["count/configmaps"] == "9")
    let namespace = try await fixture.api.get(CoreV1.Namespace.self, fixture.namespace)
    #expect(namespace.metadata.labels["cost-centre"] == "42")
  }

  @Test func aBoundThatATeamNoLongerHasIsTakenAway() async throws {
    var fixture = try await ClusterFixture(quota: "cpu=8,pods=20")
    _ = await fixture.provisioner.keep(fixture.team)
    fixture.team.quota = try TeamQuota("cpu=0.5")
    let kept = await fixture.provisioner.keep(fixture.team)
    #expect(kept.isInStep && kept.repairs.count == 1, "\(kept)")
    let quota = try await fixture.api.get(CoreV1.ResourceQuota.self, "paddock", in: fixture.namespace)
    #expect(quota.spec?["hard"]?["pods"] == nil)
    #expect(quota.spec?["hard"]?["requests.cpu"] == "500m")
    fixture.team.quota = TeamQuota()
    #expect(await fixture.provisioner.keep(fixture.team).isInStep)
  }

  @Test func aNamespaceThatIsNotPaddocksIsRefusedAndNothingInItChanges() async throws {
    let fixture = try await ClusterFixture()
    _ = try await fixture.api.create(CoreV1.Namespace(name: fixture.namespace, labels: ["owner": "somebody"]))
    let kept = await fixture.provisioner.keep(fixture.team)
    let trouble = try #require(kept.trouble)
    #expect(trouble.contains("The namespace \(fixture.namespace) was there and is not labelled as Paddock's"))
    #expect(kept.items.map(\.standing) == [.foreign])
    let namespace = try await fixture.api.get(CoreV1.Namespace.self, fixture.namespace)
    #expect(namespace.metadata.labels == ["owner": "somebody"])
    #expect(try await fixture.versions().count == 1)
    #expect(await fixture.provisioner.inspect(fixture.team).trouble == trouble)

    // What the sentence says to do is enough.
    let command = try #require(trouble.split(separator: "kubectl ").last)
    let run = try await fixture.cluster.kubectl(command.split(separator: " ").map(String.init))
    #expect(run.status == 0, "\(run.errors)")
    #expect(await fixture.provisioner.keep(fixture.team).isInStep)
  }

  @Test func aNamespaceOfAnotherTeamIsRefused() async throws {
    let fixture = try await ClusterFixture()
    let labels = ["app.kubernetes.io/managed-by": "paddock", "paddock.dev/team": "other"]
    _ = try await fixture.api.create(CoreV1.Namespace(name: fixture.namespace, labels: labels))
    let kept = await fixture.provisioner.keep(fixture.team)
    #expect(kept.trouble?.contains("is labelled as the team other's") == true)
  }

  @Test func whatCannotBeChangedIsSaidWithTheRemedy() async throws {
    let fixture = try await ClusterFixture()
    _ = await fixture.provisioner.keep(fixture.team)
    let (cluster, namespace) = (fixture.cluster, fixture.namespace)
    try await cluster.require("delete", "rolebinding", "paddock-operators", "--namespace", namespace)
    try await cluster.require(
      "create", "rolebinding", "paddock-operators", "--namespace", namespace, "--clusterrole=view", "--group=a")
    let kept = await fixture.provisioner.keep(fixture.team)
    #expect(kept.trouble?.hasSuffix("Delete it: it is made anew.") == true, "\(kept)")
    try await cluster.require("delete", "rolebinding", "paddock-operators", "--namespace", namespace)
    #expect(await fixture.provisioner.keep(fixture.team).isInStep)
  }

  @Test func whoMayNotIsToldWhichVerbOnWhat() async throws {
    let fixture = try await ClusterFixture()
    let user = "viewer-\(fixture.team.name)"
    let source = KubeconfigSource(explicitPath: try await fixture.cluster.kubeconfig(user: user))
    let provisioner = ClusterTeamProvisioner(try KubernetesAPI(.load(source)))
    let kept = await provisioner.keep(fixture.team)
    #expect(kept.trouble == "\(user) may not get namespaces \(fixture.namespace).", "\(kept)")
    #expect(kept.items.count == 9 && kept.items.allSatisfy { $0.standing == .unknown })

    _ = await fixture.provisioner.keep(fixture.team)
    try await fixture.cluster.require(
      "create", "clusterrole", user, "--verb=get",
      "--resource=namespaces,networkpolicies,resourcequotas,limitranges,serviceaccounts")
    try await fixture.cluster.require(
      "create", "clusterrolebinding", user, "--clusterrole=\(user)", "--user=\(user)")
    try await fixture.edit("resourcequota", "paddock", #"{"spec":{"hard":{"pods":"100"}}}"#)
    let looked = try await until {
      await provisioner.keep(fixture.team)
    } holds: {
      $0.items[0].standing == .inStep
    }
    let problems = looked.items.compactMap(\.problem)
    #expect(
      problems == [
        "\(user) may not patch resourcequotas paddock in \(fixture.namespace).",
        "\(user) may not get roles.rbac.authorization.k8s.io paddock-operators in \(fixture.namespace).",
        "\(user) may not get rolebindings.rbac.authorization.k8s.io paddock-operators in \(fixture.namespace).",
      ])
  }

  /// The server's authorizer learns of a binding a moment after it was stored.
  private func until(
    _ look: () async -> TeamReport, holds: (TeamReport) -> Bool
  ) async throws -> TeamReport {
    let end = ContinuousClock.now + .seconds(30)
    var report = await look()
    while !holds(report), ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(100))
      report = await look()
    }
    return report
  }

  @Test func theRightsThatAreNamedAreEnough() async throws {
    let fixture = try await ClusterFixture()
    let user = "keeper-\(fixture.team.name)"
    var rules = ClusterTeamProvisioner.rights.map { right in
      "- { apiGroups: [\"\(right.group)\"], resources: [\(right.resource)], verbs: [\(right.verb)] }"
    }
    rules += [
      "- { apiGroups: [\"\"], resources: [pods, events], verbs: [get, list, watch] }",
      "- { apiGroups: [\"\"], resources: [pods/log], verbs: [get] }",
      "- { apiGroups: [\"\"], resources: [pods/exec, pods/attach], verbs: [create, get] }",
      "- { apiGroups: [agents.x-k8s.io], resources: [sandboxes], verbs: [get, list, watch] }",
    ]
    try await fixture.cluster.apply(
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: { name: \(user) }
      rules:
      \(rules.joined(separator: "\n"))
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: { name: \(user) }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: \(user) }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: \(user) }]
      """)
    let source = KubeconfigSource(explicitPath: try await fixture.cluster.kubeconfig(user: user))
    let provisioner = ClusterTeamProvisioner(try KubernetesAPI(.load(source)))
    let kept = try await until {
      await provisioner.keep(fixture.team)
    } holds: {
      $0.isInStep
    }
    #expect(kept.trouble == nil, "\(kept)")
  }

  @Test func aServerThatIsGoneIsAskedOnceOnly() async throws {
    let cluster = try await ControlPlane.start(agentSandbox: .none)
    let fixture = try await ClusterFixture(on: cluster)
    #expect(await fixture.provisioner.keep(fixture.team).isInStep)
    try await cluster.stopAPIServer()
    let kept = await fixture.provisioner.keep(fixture.team)
    #expect(kept.items.count == 9 && kept.items.allSatisfy { $0.standing == .unknown })
    #expect(kept.items.count { $0.problem != nil } == 1 && kept.trouble != nil)
    try await cluster.stop()
  }
}
