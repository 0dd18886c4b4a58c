import ClusterInstallation
import ClusterSupport
import ControlModel
import Foundation
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import PaddockProgram
import Testing

/// What `paddock install` brings to a cluster, against what current API servers take.
@Suite struct StrictInstallationTests {
  private static var objects: [JSONValue] {
    var manifests = InstallationManifestsTests.manifests
    manifests.imagePullSecrets = ["pull"]
    return (manifests.objects + InstallationManifestsTests.manifests.objects).map { .object($0.json) }
  }

  @Test func everyObjectIsFlawless() async throws {
    try await StrictValidation.expectFlawless(Self.objects)
  }

  /// The text is what people apply, and YAML has its own traps.
  @Test func theTextIsFlawless() async throws {
    let text = ManifestText.yaml(InstallationManifestsTests.manifests.objects.map(\.json))
    let run = try await Program.run([PaddockInstallation.checkout + "/Tests/Support/strict-validation"], input: text)
    #expect(run.status == 0 && run.lines.count == InstallationManifestsTests.manifests.objects.count, "\(run)")
  }

  @Test func whatIsSentIsFlawless() async throws {
    let administrator = try await RecordedAdministrator(of: .shared())
    let manifests = InstallationOnClusterTests.manifests()
    for isTrial in [false, true] {
      _ = try await ManifestApplication(administrator.api, isTrial: isTrial).apply(manifests.objects)
    }
    let writes = try administrator.writes()
    #expect(writes.count == 2 * manifests.objects.count)
    try await StrictValidation.expectFlawless(Array(writes.prefix(manifests.objects.count)))
  }

  @Test func whatDoctorWritesIsFlawless() async throws {
    let administrator = try await RecordedAdministrator(of: .shared())
    let engine = KubernetesSandboxEngine(administrator.api, settings: InstallationManifestsTests.manifests.cluster)
    _ = await engine.findings()
    await engine.close()
    let writes = try administrator.writes()
    #expect(writes.contains { $0["kind"] == "SelfSubjectAccessReview" })
    try await StrictValidation.expectFlawless(writes)
  }

  @Test(arguments: [
    ("spec.strategy.rollingUpdate.maxSurges", #"{"spec":{"strategy":{"rollingUpdate":{"maxSurges":1}}}}"#),
    (
      "spec.template.spec.terminationGracePeriodSeconds",
      #"{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":"20"}}}}"#
    ),
    ("spec", #"{"spec":{"selector":null}}"#),
  ])
  func whatNoServerKnowsIsRefused(_ path: String, _ patch: String) async throws {
    let deployment = try #require(Self.objects.last)
    try await StrictValidation.expectFault(
      at: path, in: ["patch": try JSONValue(parsing: patch), "old": deployment])
  }
}
