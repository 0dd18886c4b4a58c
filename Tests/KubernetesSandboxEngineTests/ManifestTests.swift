import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import Testing

@Suite struct ManifestTests {
  static func request(_ spec: AgentSpec = AgentSpec(runtime: .claudeCode), generation: Int = 1) throws -> SandboxRequest
  {
    let agent = Agent(
      team: try ResourceName("research"), name: try ResourceName("fixer"), spec: spec, revision: 1,
      createdAt: Timestamp(microseconds: 0), updatedAt: Timestamp(microseconds: 0))
    let session = try #require(SessionID("0190a0a0-0000-7000-8000-0123456789ab"))
    return SandboxRequest(session: session, generation: generation, agent: agent)
  }

  static let settings = ClusterSettings(
    runnerImage: "registry.example/runner:1", agentImage: "registry.example/agent:1")

  @Test func aSandboxIsInTheNamespaceOfItsTeamAndBearsTheNameOfItsSession() throws {
    let sandbox = SandboxManifest(request: try Self.request(), settings: Self.settings).object
    #expect(sandbox.namespace == "paddock-research")
    #expect(sandbox.name == "fixer-456789ab")
    #expect(sandbox.metadata.labels["paddock.dev/generation"] == "1")
    #expect(sandbox.operatingMode == .running)
  }

  @Test func thePodBearsTheLabelsItselfSinceTheControllerCopiesNone() throws {
    let sandbox = SandboxManifest(request: try Self.request(), settings: Self.settings).object
    let labels = sandbox.podTemplate?["metadata"]?["labels"]
    #expect(labels?["paddock.dev/session"]?.stringValue == "0190a0a0-0000-7000-8000-0123456789ab")
    #expect(labels?["paddock.dev/network"]?.stringValue == "none")
  }

  @Test func noContainerMayEscalateAndNoneHoldsATokenOfTheCluster() throws {
    let pod = try #require(
      SandboxManifest(request: try Self.request(), settings: Self.settings).object.podTemplate?["spec"])
    #expect(pod["automountServiceAccountToken"] == false)
    #expect(pod["securityContext"]?["runAsNonRoot"] == true)
    #expect(pod["securityContext"]?["seccompProfile"]?["type"] == "RuntimeDefault")
    let containers = (pod["initContainers"]?.arrayValue ?? []) + (pod["containers"]?.arrayValue ?? [])
    #expect(containers.count == 3)
    for container in containers {
      let security = container["securityContext"]
      #expect(security?["allowPrivilegeEscalation"] == false)
      #expect(security?["readOnlyRootFilesystem"] == true)
      #expect(security?["capabilities"]?["drop"] == ["ALL"])
    }
  }

  @Test func theRunnersTokenIsAVariableOfItsContainerAlone() throws {
    let pod = try #require(
      SandboxManifest(request: try Self.request(), settings: Self.settings).object.podTemplate?["spec"])
    for container in pod["initContainers"]?.arrayValue ?? [] {
      #expect(!container.text.contains("fixer-456789ab-runner"))
    }
    let variable = pod["containers"]?.arrayValue?.first?["env"]?.arrayValue?.first
    #expect(variable?["valueFrom"]?["secretKeyRef"]?["name"]?.stringValue == "fixer-456789ab-runner")
    #expect(variable?["value"] == nil)
  }

  @Test func whatADeclarationSaysOfItsPodStandsInThePod() throws {
    let spec = try AgentSpec(
      json: #require(
        JSONValue(
          parsing: """
            {"runtime":"exec","command":["work"],"image":"registry.example/mine:2","limits":{"cpu":0.5,"memory":"1Gi"},
             "pod":{"runtimeClassName":"gvisor","nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"gpu","operator":"Exists"}],
             "imagePullSecrets":["pull"],"readOnlyRootFilesystem":false},"volume":{"size":"2Gi","storageClassName":"fast"},
             "warmPool":{"size":3}}
            """
        ).objectValue))
    #expect(try AgentSpec(json: spec.json) == spec)
    let sandbox = SandboxManifest(request: try Self.request(spec), settings: Self.settings).object
    let pod = try #require(sandbox.podTemplate?["spec"])
    let container = try #require(pod["containers"]?.arrayValue?.first)
    #expect(container["image"]?.stringValue == "registry.example/mine:2")
    #expect(container["resources"]?["limits"]?["cpu"]?.stringValue == "500m")
    #expect(container["securityContext"]?["readOnlyRootFilesystem"] == false)
    #expect(pod["runtimeClassName"]?.stringValue == "gvisor")
    #expect(pod["nodeSelector"]?["disk"]?.stringValue == "ssd")
    #expect(pod["tolerations"]?.arrayValue?.first?["key"]?.stringValue == "gpu")
    #expect(pod["imagePullSecrets"]?.arrayValue?.first?["name"]?.stringValue == "pull")
    let claim = try #require(sandbox.volumeClaimTemplates.first?["spec"])
    #expect(claim["storageClassName"]?.stringValue == "fast")
    #expect(claim["resources"]?["requests"]?["storage"]?.stringValue == "2147483648")
  }

  @Test func aRenewalTakesTheMarkOfTheEndAway() throws {
    let renewal = SandboxManifest(request: try Self.request(generation: 2), settings: Self.settings)
      .renewal(ofClaimed: false)
    #expect(renewal["metadata"]?["labels"]?["paddock.dev/ended"] == .null)
    #expect(renewal["metadata"]?["labels"]?["paddock.dev/generation"]?.stringValue == "2")
    #expect(renewal["spec"]?["operatingMode"]?.stringValue == "Running")
  }
}
