import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import RunnerProtocol
import Testing

/// Every object of a sandbox against upstream's own definitions and Kubernetes' strict schemas.
@Suite struct StrictManifestTests {
  private static let plain = #"{"runtime":"claude-code"}"#
  /// All that a declaration can say of a pod.
  private static let full = """
    {"runtime":"exec","command":["work"],"image":"registry.example/mine:2","network":"host","env":{"KEY":"value"},
     "workspace":{"repository":"https://example.org/a.git","branch":"main"},"limits":{"cpu":0.5,"memory":"1Gi"},
     "pod":{"runtimeClassName":"gvisor","nodeSelector":{"disk":"ssd"},"imagePullSecrets":["pull"],
     "tolerations":[{"key":"gpu","operator":"Equal","value":"a","effect":"NoExecute","tolerationSeconds":30}],
     "readOnlyRootFilesystem":false},"volume":{"size":"2Gi","storageClassName":"fast"},"warmPool":{"size":3}}
    """

  private static func manifest(_ declaration: String, generation: Int = 1) throws -> SandboxManifest {
    let spec = try AgentSpec(json: #require(JSONValue(parsing: declaration).objectValue))
    return SandboxManifest(
      request: try ManifestTests.request(spec, generation: generation), settings: ManifestTests.settings)
  }

  private static func sandbox(_ declaration: String = plain) throws -> JSONValue {
    .object(try manifest(declaration).object.json)
  }

  @Test(arguments: [plain, full]) func theObjectsOfASandboxAreFlawless(_ declaration: String) async throws {
    let manifest = try Self.manifest(declaration)
    let pool = WarmPoolManifest(agent: manifest.request.agent, settings: manifest.settings)
    let key = HandoverKey("a-key")
    try await StrictValidation.expectFlawless([
      .object(manifest.object.json), .object(RunnerSecret(manifest: manifest, token: "t").object.json),
      .object(RunnerSecret(manifest: manifest, token: "t", handoverKey: key).object.json),
      .object(pool.secret(key).json), .object(pool.template(key).json),
      .object(pool.pool().json), .object(pool.pool(yields: true).json),
    ])
  }

  @Test func whatASandboxBecomesIsFlawless() async throws {
    let sandbox = try Self.sandbox()
    let next = try Self.manifest(Self.full, generation: 2)
    try await StrictValidation.expectFlawless(
      [
        next.adoption, next.renewal(ofClaimed: false), next.renewal(ofClaimed: true),
        ["spec": ["operatingMode": "Suspended"]], ["metadata": ["labels": [ClusterLabel.ended: "true"]]],
      ].map { ["patch": .object($0), "old": sandbox] })
  }

  /// The members of a list, such as a volume's claim, are no fields of their own: the rule compares all of it.
  @Test func whoChangedTheVolumeOfASandboxWouldBeRefused() async throws {
    let other = try Self.manifest(Self.full).object.spec?["volumeClaimTemplates"] ?? .null
    for claims in [other, .null, []] {
      try await StrictValidation.expectFault(
        at: "spec",
        in: ["patch": ["spec": ["volumeClaimTemplates": claims]], "old": try Self.sandbox()])
    }
  }

  @Test(arguments: [
    ("SandboxWarmPool", "spec.replicas", #"{"spec":{"replicas":-1}}"#),
    ("SandboxWarmPool", "spec.updateStrategy.type", #"{"spec":{"updateStrategy":{"type":"Rolling"}}}"#),
    ("SandboxTemplate", "spec.networkPolicyManagement", #"{"spec":{"networkPolicyManagement":"None"}}"#),
    ("SandboxTemplate", "spec.operatingMode", #"{"spec":{"operatingMode":"Running"}}"#),
    ("Secret", "data.token", #"{"data":{"token":"no base64"}}"#),
  ])
  func whatAPoolCannotBeIsRefused(_ kind: String, _ path: String, _ patch: String) async throws {
    let pool = WarmPoolManifest(agent: try Self.manifest(Self.full).request.agent, settings: ManifestTests.settings)
    let key = HandoverKey("a-key")
    let objects = [pool.secret(key).json, pool.template(key).json, pool.pool().json]
    let object = try #require(objects.first { $0["kind"]?.stringValue == kind })
    try await StrictValidation.expectFault(
      at: path, in: ["patch": try JSONValue(parsing: patch), "old": .object(object)])
  }

  @Test(arguments: [
    ("operatingMode", #"{"spec":{"operatingMode":"Paused"}}"#), ("replicas", #"{"spec":{"replicas":1}}"#),
    ("shutdownTime", #"{"spec":{"shutdownTime":"tomorrow"}}"#), ("service", #"{"spec":{"service":"no"}}"#),
    ("podTemplate.metadata.name", #"{"spec":{"podTemplate":{"metadata":{"name":"a"}}}}"#),
    (
      "podTemplate.spec.tolerations[0].tolerationSeconds",
      #"{"spec":{"podTemplate":{"spec":{"tolerations":[{"tolerationSeconds":"30"}]}}}}"#
    ),
    (
      "podTemplate.spec.terminationGracePeriodSeconds",
      #"{"spec":{"podTemplate":{"spec":{"terminationGracePeriodSeconds":9223372036854775808}}}}"#
    ),
  ])
  func whatNoControllerKnowsIsRefused(_ path: String, _ patch: String) async throws {
    try await StrictValidation.expectFault(
      at: "spec.\(path)", in: ["patch": try JSONValue(parsing: patch), "old": try Self.sandbox()])
  }
}
