import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// On a real API server; the controller of agent-sandbox and the kubelet are played.
@Suite struct LifecycleTests {
  private struct Fixture {
    let api: KubernetesAPI
    let engine: KubernetesSandboxEngine
    let team: ResourceName
    let session = SessionID.make(at: .now())

    init() async throws {
      api = try await ControlPlane.shared().api()
      team = try ResourceName("t\(UInt32.random(in: 0...UInt32.max))")
      _ = try await api.create(CoreV1.Namespace(name: "paddock-\(team)"))
      engine = KubernetesSandboxEngine(api, settings: ManifestTests.settings)
    }

    func request(generation: Int = 1) throws -> SandboxRequest {
      var request = try ManifestTests.request(generation: generation)
      request.session = session
      request.agent.team = team
      return request
    }

    /// What the engine shows of the session, once it is as wanted.
    func sandbox(where condition: (Sandbox) -> Bool) async throws -> Sandbox {
      let end = ContinuousClock.now + .seconds(30)
      while ContinuousClock.now < end {
        let own = try await engine.sandboxes().filter { $0.session == session }
        #expect(own.count <= 1)
        if let sandbox = own.first, condition(sandbox) { return sandbox }
        try await Task.sleep(for: .milliseconds(50))
      }
      let seen = try await engine.sandboxes().filter { $0.session == session }
      Issue.record("The sandbox is not as it was waited for: \(seen)")
      throw CancellationError()
    }

    func pod() async throws -> CoreV1.Pod? {
      try await api.list(CoreV1.Pod.self, in: "paddock-\(team)").first
    }
  }

  @Test func aSandboxBecomesReadyAndCanBeSuspendedAndResumed() async throws {
    let fixture = try await Fixture()
    let made = try await fixture.engine.create(fixture.request())
    #expect(made.session == fixture.session)
    let ready = try await fixture.sandbox { $0.isReady }
    #expect(ready.reference.uid == made.reference.uid)

    try await fixture.engine.suspend(ready.reference)
    let suspended = try await fixture.sandbox {
      $0.operatingMode == .suspended && $0.condition("Suspended")?.isTrue == true
    }
    #expect(!suspended.isReady)
    #expect(try await fixture.pod() == nil)

    try await fixture.engine.resume(ready.reference)
    _ = try await fixture.sandbox { $0.isReady }
    await fixture.engine.close()
  }

  @Test func makingTheSameSandboxTwiceMakesOne() async throws {
    let fixture = try await Fixture()
    let first = try await fixture.engine.create(fixture.request())
    let second = try await fixture.engine.create(fixture.request())
    #expect(first.reference.uid == second.reference.uid)
    #expect(try await fixture.api.list(AgentsV1Beta1.Sandbox.self, in: "paddock-\(fixture.team)").count == 1)
    await fixture.engine.close()
  }

  @Test func theNextGenerationGetsAnotherPodOnTheSameVolume() async throws {
    let fixture = try await Fixture()
    let first = try await fixture.engine.create(fixture.request())
    _ = try await fixture.sandbox { $0.isReady }
    let firstPod = try #require(try await fixture.pod())
    let volumes = try await fixture.api.list(CoreV1.PersistentVolumeClaim.self, in: "paddock-\(fixture.team)")
    #expect(volumes.count == 1)

    await #expect(throws: ControlFailure.self) { try await fixture.engine.create(fixture.request(generation: 2)) }
    try await fixture.engine.delete(first.reference)
    #expect(try await fixture.engine.sandboxes().allSatisfy { $0.session != fixture.session })
    let second = try await fixture.engine.create(fixture.request(generation: 2))
    #expect(second.reference.uid != first.reference.uid)
    _ = try await fixture.sandbox { $0.isReady && $0.generation == 2 }
    let secondPod = try #require(try await fixture.pod())
    #expect(secondPod.metadata.uid != firstPod.metadata.uid)
    let kept = try await fixture.api.list(CoreV1.PersistentVolumeClaim.self, in: "paddock-\(fixture.team)")
    #expect(kept.map(\.metadata.uid) == volumes.map(\.metadata.uid))
    await fixture.engine.close()
  }

  @Test func oneThatHasExpiredHasEndedAndTheNextGenerationHasNoEnd() async throws {
    let fixture = try await Fixture()
    let first = try await fixture.engine.create(fixture.request())
    _ = try await fixture.sandbox { $0.isReady }
    _ = try await fixture.api.patch(
      AgentsV1Beta1.Sandbox.self, first.reference.name, in: "paddock-\(fixture.team)",
      with: ["spec": ["shutdownTime": "2020-01-01T00:00:00Z"]])
    let expired = try await fixture.sandbox { $0.isFinished }
    #expect(expired.condition("Finished")?.reason == "SandboxExpired")
    #expect(expired.condition("Finished")?.message == "SandboxExpired: Its shutdownTime has come.")

    try await fixture.engine.delete(expired.reference)
    _ = try await fixture.engine.create(fixture.request(generation: 2))
    _ = try await fixture.sandbox { $0.isReady && $0.generation == 2 }
    await fixture.engine.close()
  }

  @Test func aReferenceToAnEarlierGenerationIsRefused() async throws {
    let fixture = try await Fixture()
    let first = try await fixture.engine.create(fixture.request())
    _ = try await fixture.sandbox { $0.isReady }
    try await fixture.engine.delete(first.reference)
    _ = try await fixture.engine.create(fixture.request(generation: 2))
    await #expect {
      try await fixture.engine.suspend(first.reference)
    } throws: { ($0 as? ControlFailure)?.code == .conflict }
    await fixture.engine.close()
  }

  @Test func theVolumeGoesOnlyWhenItIsAskedFor() async throws {
    let fixture = try await Fixture()
    let sandbox = try await fixture.engine.create(fixture.request())
    _ = try await fixture.sandbox { $0.isReady }
    await #expect {
      try await fixture.engine.deleteVolume(of: fixture.session, team: fixture.team)
    } throws: { ($0 as? ControlFailure)?.code == .refused }
    try await fixture.engine.delete(sandbox.reference)
    try await fixture.engine.deleteVolume(of: fixture.session, team: fixture.team)
    #expect(try await fixture.api.list(AgentsV1Beta1.Sandbox.self, in: "paddock-\(fixture.team)").isEmpty)
    #expect(try await fixture.api.list(CoreV1.Secret.self, in: "paddock-\(fixture.team)").isEmpty)
    await fixture.engine.close()
  }

  @Test func aForeignSandboxIsListedAndMarked() async throws {
    let fixture = try await Fixture()
    let pod: JSONValue = ["containers": [["name": "agent", "image": "none"]]]
    _ = try await fixture.api.create(
      AgentsV1Beta1.Sandbox(
        name: "theirs", namespace: "paddock-\(fixture.team)", spec: ["podTemplate": ["metadata": [:], "spec": pod]]))
    let end = ContinuousClock.now + .seconds(20)
    var foreign: Sandbox?
    while foreign == nil, ContinuousClock.now < end {
      foreign = try await fixture.engine.sandboxes().first { $0.reference.team == fixture.team }
    }
    #expect(foreign?.isForeign == true)
    await fixture.engine.close()
  }
}
