import ClusterTeams
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import Testing

@Suite struct TeamManifestsTests {
  private func object(_ kind: String, _ name: String, quota: String? = nil) throws -> JSONValue {
    let quota = try quota.map { try TeamQuota($0) } ?? TeamQuota()
    let manifests = TeamManifests(team: try ResourceName("payments"), quota: quota)
    return try #require(
      manifests.objects.first {
        $0["kind"]?.stringValue == kind && $0["metadata"]?["name"]?.stringValue == name
      })
  }

  @Test func theNamespaceComesFirstAndEnforcesRestrictedPods() throws {
    let first = try #require(TeamManifests(team: try ResourceName("payments")).objects.first)
    #expect(first == (try object("Namespace", "paddock-payments")))
    #expect(first["metadata"]?["labels"]?["pod-security.kubernetes.io/enforce"] == "restricted")
    #expect(first["metadata"]?["labels"]?["paddock.dev/team"] == "payments")
  }

  @Test func everyOtherObjectIsInTheTeamsNamespaceAndMarked() throws {
    for object in TeamManifests(team: try ResourceName("payments")).objects.dropFirst() {
      #expect(object["metadata"]?["namespace"] == "paddock-payments")
      #expect(object["metadata"]?["labels"]?["app.kubernetes.io/managed-by"] == "paddock")
    }
  }

  @Test func everyPodIsDeniedBothWaysUntilAPolicyGivesBack() throws {
    #expect(
      try object("NetworkPolicy", "paddock-default-deny")["spec"]
        == ["podSelector": [:], "policyTypes": ["Ingress", "Egress"]])
    let runner = try object("NetworkPolicy", "paddock-runner")
    #expect(runner["spec"]?["ingress"] == [["ports": [["protocol": "TCP", "port": 8377]]]])
    let host = try object("NetworkPolicy", "paddock-network-host")
    #expect(host["spec"]?["podSelector"]?["matchLabels"] == ["paddock.dev/network": "host"])
    #expect(host["spec"]?["egress"] == [[:]])
  }

  @Test func aCoreReachesEveryRunnerFromWhereverItsPodsAre() throws {
    let spec = try #require(try object("NetworkPolicy", "paddock-runner")["spec"])
    let agent = Agent(
      team: try ResourceName("payments"), name: try ResourceName("fixer"), spec: AgentSpec(runtime: .claudeCode),
      revision: 1, createdAt: .now(), updatedAt: .now())
    let pod = SandboxManifest(
      request: SandboxRequest(session: .make(at: .now()), generation: 1, agent: agent),
      settings: ClusterSettings(runnerImage: "runner", agentImage: "agent")
    ).object.podTemplate
    let selected = try #require(spec["podSelector"]?["matchLabels"]?.objectValue?.members)
    #expect(!selected.isEmpty && selected.allSatisfy { pod?["metadata"]?["labels"]?[$0.name] == $0.value })
    let rules = try #require(spec["ingress"]?.arrayValue)
    #expect(rules == [["ports": [["protocol": "TCP", "port": JSONValue(PodLayout.runnerPort)]]]])
  }

  @Test func aQuotaBoundsRequestsAndPods() throws {
    let hard = try object("ResourceQuota", "paddock", quota: "memory=16Gi,cpu=8,pods=20")["spec"]?["hard"]
    #expect(hard?["requests.cpu"] == "8")
    #expect(hard?["requests.memory"] == "16Gi")
    #expect(hard?["pods"] == "20")
    #expect(hard?["requests.storage"] == nil)
  }

  /// A cluster refuses a quota of resources that it does not know.
  @Test func boundsOfJournalsAreNothingToTheCluster() throws {
    let journals = "journalEvents=1k,journalBytes=1Gi,journalEventsPerMinute=60,journalBytesPerMinute=1Mi"
    for quota in ["cpu=8", "memory=16Gi,pods=20,storage=1Ti"] {
      #expect(
        try object("ResourceQuota", "paddock", quota: "\(quota),\(journals)")
          == (try object("ResourceQuota", "paddock", quota: quota)))
    }
  }

  @Test func operatorsAreTheTeamsGroupAndMayNotReadSecrets() throws {
    let binding = try object("RoleBinding", "paddock-operators")
    #expect(binding["subjects"]?.arrayValue?.first?["name"] == "paddock:team:payments")
    let rules = try #require(try object("Role", "paddock-operators")["rules"]?.arrayValue)
    let resources = rules.flatMap { $0["resources"]?.arrayValue ?? [] }
    #expect(resources == ["pods", "pods/log", "pods/exec", "pods/attach", "events", "sandboxes"])
  }

  @Test func theServiceAccountMountsNoToken() throws {
    #expect(try object("ServiceAccount", "paddock-agent")["automountServiceAccountToken"] == false)
  }

  @Test func aQuotaIsWrittenInAFixedOrder() throws {
    #expect(try TeamQuota("pods=20,memory=1.5Gi,cpu=500m").description == "cpu=500m,memory=1.5Gi,pods=20")
  }

  @Test(arguments: ["", "cpu", "gpu=1", "cpu=", "cpu=.5", "cpu=1.2.3", "memory=16GB", "cpu=1,cpu=2", "cpu=1,"])
  func aQuotaThatCannotBeReadIsRefused(_ text: String) {
    #expect(throws: ControlFailure.self) { try TeamQuota(text) }
  }
}
