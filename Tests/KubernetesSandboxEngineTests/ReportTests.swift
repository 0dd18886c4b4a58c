import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import Testing

/// On a real API server; the controller of agent-sandbox and the kubelet are played.
@Suite struct ReportTests {
  @Test(.timeLimit(.minutes(5))) func aReportTellsOfThePodAndWhatHappenedToIt() async throws {
    let api = try await ControlPlane.shared().api()
    let team = try ResourceName("t\(UInt32.random(in: 0...UInt32.max))")
    _ = try await api.create(CoreV1.Namespace(name: "paddock-\(team)"))
    let engine = KubernetesSandboxEngine(api, settings: ManifestTests.settings)
    let session = SessionID.make(at: .now())
    var request = try ManifestTests.request(generation: 1)
    (request.session, request.agent.team) = (session, team)
    let made = try await engine.create(request)
    let namespace = "paddock-\(team)"
    let time = Timestamp.now().description
    for (reason, kind, name) in [("Scheduled", "Pod", made.reference.name), ("Other", "Pod", "somebody-else")] {
      var event = CoreV1.Event(json: [
        "apiVersion": "v1", "kind": "Event", "metadata": ["generateName": "e-", "namespace": .string(namespace)],
        "involvedObject": ["kind": .string(kind), "name": .string(name), "namespace": .string(namespace)],
        "reason": .string(reason), "message": "Said by the test.", "type": "Warning",
        "lastTimestamp": .string(String(time.prefix(19)) + "Z"), "count": 3,
      ])
      event.json["reportingComponent"] = "test"
      _ = try await api.create(event)
    }
    let end = ContinuousClock.now + .seconds(60)
    var report: SandboxReport?
    while report?.pod.isEmpty ?? true || report?.events.isEmpty ?? true, ContinuousClock.now < end {
      report = await engine.reports(of: try await engine.sandboxes())[session]
      try await Task.sleep(for: .milliseconds(200))
    }
    let told = try #require(report)
    #expect(told.engine == "kubernetes")
    #expect(told.namespace == namespace)
    #expect(told.sandbox == made.reference.name)
    #expect(told.pod == made.reference.name)
    #expect(told.container == "agent")
    #expect(told.server == api.connection.baseURL)
    #expect(told.generation == 1)
    #expect(!told.image.isEmpty)
    #expect(told.conditions.contains { $0.type == "Ready" })
    #expect(told.events.contains { $0.reason == "Scheduled" && $0.isWarning && $0.count == 3 })
    #expect(!told.events.contains { $0.reason == "Other" })
    let status = await engine.status()
    #expect(status.trouble == nil)
    #expect(status.server == api.connection.baseURL)
    await engine.close()
  }
}
