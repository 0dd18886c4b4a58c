import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import PaddockProgram
import Testing

/// The rights of the service account that `paddock install` makes: enough for a session's whole life, and no more.
@Suite struct CoreRightsTests {
  /// What the API server has noted of the account's requests, against the list that its role is made of.
  @Test func aSessionsLifeUsesEveryRightThatSandboxesHaveAndNoOther() async throws {
    let account = try await CoreAccount(on: .shared())
    try await account.live()
    await account.engine.close()
    let held = Set(CoreRight.all.filter { [.sandboxes, .events].contains($0.part) }.flatMap(\.accesses))
    // A runner that answers takes GET and POST as well; there is none here. Of an apply that makes something only the
    // `patch` is noted, and of a watch its end.
    let unseen = [
      AuthorizationV1.Access("get", CoreV1.Pod.type, subresource: "proxy"),
      AuthorizationV1.Access("create", CoreV1.Pod.type, subresource: "proxy"),
      AuthorizationV1.Access("create", CoreV1.Secret.type), AuthorizationV1.Access("watch", CoreV1.Pod.type),
      AuthorizationV1.Access("watch", AgentsV1Beta1.Sandbox.type),
    ]
    let expected = Set(held.subtracting(unseen).map(\.description))
    let used = try ServerAudit(of: account.cluster).rights(of: account.user)
    #expect(expected.subtracting(used).isEmpty)
    // Whether a session has a claim on a pool's sandbox is asked in any case.
    let pools = CoreRight.all.filter { $0.part == .warmPools }.flatMap(\.accesses)
    #expect(used.subtracting(held.union(pools).map(\.description)).isEmpty)
  }

  @Test(arguments: ["watch pods", "watch sandboxes.agents.x-k8s.io"])
  func aWatchThatIsForbiddenIsTheEnginesTrouble(_ right: String) async throws {
    let account = try await CoreAccount(on: .shared(), rights: CoreRight.all.without(right))
    _ = try? await account.engine.sandboxes()
    try await eventually("the engine says that it may not \(right)") {
      await account.engine.status().trouble?.contains("\(account.user) may not \(right)") == true ? true : nil
    }
    await account.engine.close()
  }

  @Test(arguments: [
    "list sandboxes.agents.x-k8s.io", "create sandboxes.agents.x-k8s.io", "get sandboxes.agents.x-k8s.io",
    "patch sandboxes.agents.x-k8s.io", "delete sandboxes.agents.x-k8s.io", "list pods", "get pods",
    "update pods/proxy", "get secrets", "create secrets", "patch secrets", "delete secrets",
  ])
  func aRightThatIsMissingIsNamedByWhatNeedsIt(_ right: String) async throws {
    let account = try await CoreAccount(on: .shared(), rights: CoreRight.all.without(right))
    await #expect {
      try await account.live()
    } throws: { error in
      // Of what an apply may not make, the API server says neither who nor why.
      let refusal = right == "create secrets" ? "The API server forbids to" : "\(account.user) may not"
      return (error as? ControlFailure)?.summary.contains("\(refusal) \(right)") == true
    }
    let finding = try #require(await account.engine.findings().first { $0.name == "rights" })
    #expect(!finding.isFine && finding.isRequired && finding.message.contains(": \(right). So no session can run."))
    await account.engine.close()
  }

  @Test func doctorIsContentWithTheInstalledRights() async throws {
    let account = try await CoreAccount(on: .shared())
    let findings = await account.engine.findings()
    #expect(findings.filter { !$0.isFine } == [])
    #expect(findings.count(where: { $0.name == "rights" }) == 1)
    await account.engine.close()
  }

  @Test func doctorSaysWhatACoreWithoutARightGoesWithout() async throws {
    let account = try await CoreAccount(on: .shared(), rights: CoreRight.all.filter { $0.part == .sandboxes })
    let findings = await account.engine.findings().filter { !$0.isFine }
    #expect(findings.filter { !["rights", "warm pools"].contains($0.name) || $0.isRequired } == [])
    #expect(findings.contains { $0.name == "warm pools" && $0.message.hasSuffix("each start is a cold one.") })
    #expect(findings.contains { $0.message.hasSuffix(": list events. So the console shows no events of the cluster.") })
    #expect(findings.contains { $0.message.hasSuffix("So the namespaces of teams are yours to make.") })
    await account.engine.close()
  }
}

extension [CoreRight] {
  /// `verb resource`, as a refusal names it.
  fileprivate func without(_ right: String) -> Self {
    map { each in
      var each = each
      each.verbs = each.accesses.filter { $0.description != right }.map(\.verb)
      return each
    }
  }
}

extension ServerAudit {
  /// `verb resource`, as a refusal names it; questions about one's own rights are everybody's.
  fileprivate func rights(of user: String) -> Set<String> {
    let own = requests.filter { $0.user == user && !$0.resource.hasPrefix("/") }
    return Set(own.map { "\($0.verb) \($0.resource)" }.filter { !$0.contains("selfsubjectaccessreviews") })
  }
}
