import ClusterInstallation
import ClusterTeams
import ControlModel
import Foundation
import KubernetesClient
import KubernetesSandboxEngine
import PaddockProgram
import Testing

@Suite struct InstallationManifestsTests {
  static var manifests: InstallationManifests {
    var cluster = ClusterSettings(
      runnerImage: "registry.example/paddock-runner:1", agentImage: "registry.example/agent:1")
    cluster.storageClassName = "fast"
    return InstallationManifests(image: "registry.example/paddock:1", cluster: cluster)
  }

  /// With RECORD_MANIFESTS=1 the file is written anew, and the test fails.
  @Test func theManifestsAreAsRecorded() throws {
    let path = PaddockInstallation.checkout + "/Tests/ClusterInstallationTests/Manifests/install.yaml"
    let text = ManifestText.yaml(Self.manifests.objects.map(\.json))
    if ProcessInfo.processInfo.environment["RECORD_MANIFESTS"] != nil {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      Issue.record("recorded")
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
  }

  @Test func everyNameFollowsTheNamespaceWhereInstallationsCouldMeet() {
    var manifests = Self.manifests
    manifests.namespaceName = "agents"
    #expect(manifests.role.name == "paddock-core-agents")
    #expect(manifests.binding.roleName == "paddock-core-agents")
    #expect(manifests.objects.compactMap(\.namespace) == ["agents", "agents", "agents"])
  }

  @Test func aNamespaceThatWouldBeATeamsIsRefused() throws {
    var manifests = Self.manifests
    try manifests.check()
    manifests.namespaceName = "paddock-system"
    #expect {
      try manifests.check()
    } throws: {
      ($0 as? ControlFailure)?.summary == "The namespace 'paddock-system' would be that of the team 'system'."
    }
  }

  @Test func theRoleHasOneRuleForEachResourceAndNoWildcard() {
    let rules = Self.manifests.role.rules
    #expect(Set(rules.map { $0.apiGroups + $0.resources }).count == rules.count)
    for rule in rules {
      #expect(Set(rule.verbs).count == rule.verbs.count)
      #expect(!(rule.verbs + rule.resources + rule.apiGroups).contains("*"))
      #expect(!rule.verbs.contains { ["escalate", "bind", "impersonate"].contains($0) })
    }
  }

  @Test func theCoreHoldsWhatItGivesToOperators() throws {
    let own = Set(Self.manifests.role.rules.flatMap(\.rights))
    let roles = TeamManifests(team: try ResourceName("payments")).objects.filter { $0["kind"] == "Role" }
    #expect(!roles.isEmpty)
    for role in roles {
      let granted = Set(RBACV1.Role(json: try #require(role.objectValue)).rules.flatMap(\.rights))
      #expect(granted.subtracting(own).isEmpty)
    }
  }

  @Test func theCoreMayMakeEveryObjectOfATeam() throws {
    let own = Self.manifests.role.rules
    for object in TeamManifests(team: try ResourceName("payments")).objects {
      let kind = try #require(object["kind"]?.stringValue?.lowercased())
      let plural = kind.hasSuffix("y") ? kind.dropLast() + "ies" : kind + "s"
      let rule = try #require(own.first { $0.resources == [plural] }, "\(plural)")
      #expect(Set(rule.verbs).isSuperset(of: ["get", "create", "patch"]))
      let group = object["apiVersion"]?.stringValue.flatMap { $0.contains("/") ? $0.split(separator: "/").first : "" }
      #expect(rule.apiGroups == [group.map(String.init)])
    }
  }

  @Test func theDocumentListsTheRightsAsTheyAre() throws {
    let document = try String(contentsOfFile: PaddockInstallation.checkout + "/docs/kubernetes.md", encoding: .utf8)
    let rows = CoreRight.all.map { right in
      let resource = right.resource + (right.type.group.isEmpty ? "" : ".\(right.type.group)")
      return "| `\(resource)` | \(right.verbs.joined(separator: ", ")) | \(right.reason) |\n"
    }
    let table = "| resource | verbs | why |\n|---|---|---|\n" + rows.joined()
    #expect(document.contains(table), "docs/kubernetes.md should have this table:\n\(table)")
  }
}

extension RBACV1.PolicyRule {
  /// One for each thing that it allows.
  var rights: [String] {
    apiGroups.flatMap { group in
      resources.flatMap { resource in verbs.map { verb in "\(verb) \(resource).\(group)" } }
    }
  }
}
