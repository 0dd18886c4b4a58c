import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// What the engine really sends, against what a current API server takes.
@Suite(.timeLimit(.minutes(5))) struct StrictWritesTests {
  @Test func everyWriteInTheLifeOfASessionIsFlawless() async throws {
    let administrator = try await RecordedAdministrator(of: .shared())
    let fixture = try await WarmPoolFixture(as: administrator.api)
    let warm = try fixture.agent(pool: 1)
    try await fixture.keepFilled(warm)
    try await live(fixture.request(warm), fixture)
    // The pool goes with it, so that this one starts cold.
    let cold = try fixture.agent(pool: 0)
    await fixture.keep(cold)
    try await live(fixture.request(cold), fixture)
    await fixture.engine.close()

    let writes = try administrator.writes()
    let kinds = Set(writes.compactMap { ($0["kind"] ?? $0["old"]?["kind"])?.stringValue })
    #expect(kinds == ["Secret", "SandboxTemplate", "SandboxWarmPool", "SandboxClaim", "Sandbox", "DeleteOptions"])
    try await StrictValidation.expectFlawless(writes)
  }

  /// What the tests' API server stores goes by a smaller schema than upstream's; where its controller is played, no less
  /// must be said than upstream says.
  @Test func whatTheStandInMakesOfThemIsFlawless() async throws {
    let fixture = try await WarmPoolFixture()
    let warm = try fixture.agent(pool: 1)
    try await fixture.keepFilled(warm)
    let made = try await fixture.engine.create(fixture.request(warm))
    try await until("the pool is filled again") { try await fixture.members().count == 1 }
    _ = try await fixture.engine.suspend(made.reference)
    try await until("it is suspended") {
      try await fixture.all(AgentsV1Beta1.Sandbox.self).contains { $0.condition("Suspended")?.state == .yes }
    }
    await fixture.engine.close()
    var objects: [JSONValue] = []
    for kind in ["sandboxes", "sandboxclaims", "sandboxwarmpools", "sandboxtemplates", "pods", "pvc"] {
      let list = try await ControlPlane.shared().require(
        "get", kind, "--namespace", fixture.namespace, "--output", "json")
      let items = try JSONValue(parsing: list)["items"]?.arrayValue ?? []
      #expect(!items.isEmpty, "\(kind)")
      objects += items
    }
    try await StrictValidation.expectNoFault(in: objects)
  }

  private func live(_ request: SandboxRequest, _ fixture: WarmPoolFixture) async throws {
    let made = try await fixture.engine.create(request)
    _ = try await fixture.shown(request.session) { $0.isReady }
    try await fixture.engine.suspend(made.reference)
    _ = try await fixture.shown(request.session) { $0.condition("Suspended")?.isTrue == true }
    try await fixture.engine.resume(made.reference)
    _ = try await fixture.shown(request.session) { $0.isReady }
    try await fixture.engine.delete(made.reference)
    var next = request
    next.generation = 2
    let last = try await fixture.engine.create(next)
    try await fixture.engine.delete(last.reference)
    try await fixture.engine.deleteVolume(of: request.session, team: fixture.team)
  }
}
