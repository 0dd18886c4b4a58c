import ClusterSupport
import ClusterTeams
import ControlModel
import KubernetesClient
import KubernetesTestSupport
import Testing

/// The objects of a team, as they are sent, against what current API servers take.
@Suite struct StrictTeamObjectsTests {
  @Test func everyObjectOfATeamIsFlawless() async throws {
    let quota = try TeamQuota("cpu=8,memory=16Gi,pods=20,storage=1Ti")
    try await StrictValidation.expectFlawless(
      [TeamQuota(), quota].flatMap { TeamManifests(team: try ResourceName("payments"), quota: $0).objects })
  }

  @Test func whatIsSentToMakeATeamAndToPutItRightIsFlawless() async throws {
    let administrator = try await RecordedAdministrator(of: .shared())
    let fixture = try await ClusterFixture()
    let provisioner = ClusterTeamProvisioner(administrator.api)
    #expect(await provisioner.keep(fixture.team).items.allSatisfy { $0.standing == .inStep })
    let opened = #"{"spec":{"ingress":[{}],"policyTypes":["Ingress"]}}"#
    try await fixture.edit("networkpolicy", "paddock-default-deny", opened)
    #expect(await provisioner.keep(fixture.team).repairs.count == 1)

    let writes = try administrator.writes()
    #expect(writes.contains { $0["patch"] != nil })
    let kinds = Set(writes.compactMap { $0["kind"]?.stringValue })
    #expect(kinds == Set(TeamManifests(team: fixture.team.name).objects.compactMap { $0["kind"]?.stringValue }))
    try await StrictValidation.expectFlawless(writes)
  }

  @Test(arguments: [
    ("NetworkPolicy", "spec.policyTypes", #"{"spec":{"policyTypes":"Egress"}}"#),
    ("NetworkPolicy", "spec.egress[0].from", #"{"spec":{"egress":[{"from":[]}]}}"#),
    ("Role", "rules[0].verb", #"{"rules":[{"verbs":["get"],"verb":"get"}]}"#),
    ("LimitRange", "spec.limits[0]", #"{"spec":{"limits":[{"defaultRequest":{"cpu":"1"}}]}}"#),
    ("ServiceAccount", "automountServiceAccountToken", #"{"automountServiceAccountToken":"no"}"#),
  ])
  func whatNoServerKnowsIsRefused(_ kind: String, _ path: String, _ patch: String) async throws {
    let object = TeamManifests(team: try ResourceName("payments")).objects.first { $0["kind"]?.stringValue == kind }
    try await StrictValidation.expectFault(
      at: path, in: ["patch": try JSONValue(parsing: patch), "old": try #require(object)])
  }
}
