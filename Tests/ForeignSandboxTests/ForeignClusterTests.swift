import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import PostgresClient
import SessionHistory
import Testing

/// A core on a real API server and a real database; the controller of agent-sandbox and the kubelet are played, so that
/// there are pods, but no logs.
@Suite(.timeLimit(.minutes(5))) struct ForeignClusterTests {
  private func withCluster(
    _ body: (KubernetesAPI, String, PostgresSessionStore) async throws -> Void
  ) async throws {
    let api = try await ControlPlane.shared().api()
    try await withStore { store, _, team in
      let namespace = "paddock-\(team)"
      _ = try await api.create(CoreV1.Namespace(name: namespace))
      let settings = ClusterSettings(runnerImage: "runner:1", agentImage: "agent:1")
      let engine = KubernetesSandboxEngine(api, settings: settings)
      try await withCore(store, engine) { try await body(api, namespace, store) }
      await engine.close()
    }
  }

  private func make(_ name: String, in namespace: String, _ api: KubernetesAPI) async throws -> SessionID {
    let pod: JSONValue = ["containers": [["name": "main", "image": "none"]]]
    let claim: JSONValue = [
      "metadata": ["name": "work"],
      "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
    ]
    let object = try await api.create(
      AgentsV1Beta1.Sandbox(
        name: name, namespace: namespace,
        spec: ["podTemplate": ["metadata": [:], "spec": pod], "volumeClaimTemplates": [claim]]))
    return try #require(SessionID(object.metadata.uid))
  }

  private func pod(_ name: String, in namespace: String, _ api: KubernetesAPI) async throws -> CoreV1.Pod? {
    try await api.find(CoreV1.Pod.self, name, in: namespace)
  }

  @Test func itIsListedAndSuspendedResumedRestartedAndKilledAtAnOperatorsWord() async throws {
    try await withCluster { api, namespace, store in
      let id = try await make("theirs", in: namespace, api)
      var session = try await store.listed(id) { $0.state == .working }
      #expect(session.title == "theirs")
      #expect(session.foreign?.volumes == ["work"])
      #expect(session.desired == .running)

      #expect(try await store.ask(.suspend, of: session) == .succeeded)
      session = try await store.listed(id) {
        $0.desired == .suspended && $0.state == .suspended && $0.stateReason.isEmpty
      }
      _ = try await wait { try await pod("theirs", in: namespace, api) == nil ? true : nil }

      #expect(try await store.ask(.resume, of: try await settled(id, store)) == .succeeded)
      _ = try await store.listed(id) { $0.state == .working }
      let first = try #require(try await pod("theirs", in: namespace, api))

      #expect(try await store.ask(.restart, of: try await settled(id, store)) == .succeeded)
      let second = try await wait { try await pod("theirs", in: namespace, api) }
      #expect(second.metadata.uid != first.metadata.uid)
      _ = try await store.listed(id) { $0.state == .working }

      let report = try await wait { try await store.sandboxReport(of: id)?.report }
      #expect(report.sandbox == "theirs")
      #expect(report.container == "main")

      #expect(try await store.ask(.kill, of: try await settled(id, store)) == .succeeded)
      #expect(try await store.listed(id) { $0.desired == .killed }.state == .killed)
      #expect(try await api.find(AgentsV1Beta1.Sandbox.self, "theirs", in: namespace) == nil)
    }
  }

  /// Once the controller has said its last word about it.
  private func settled(_ id: SessionID, _ store: PostgresSessionStore) async throws -> Session {
    var last = try await store.session(id)
    var quiet = 0
    return try await wait {
      let latest = try await store.session(id)
      quiet = latest.generation == last.generation ? quiet + 1 : 0
      last = latest
      return quiet < 60 ? nil : latest
    }
  }

  @Test(arguments: [ForeignAction.suspend, .resume, .restart, .kill])
  func theClusterRefusesWhatWasAskedOfAnotherVersion(action: ForeignAction) async throws {
    let api = try await ControlPlane.shared().api()
    let namespace = "paddock-s\(UInt32.random(in: 0...UInt32.max))"
    _ = try await api.create(CoreV1.Namespace(name: namespace))
    let engine = KubernetesSandboxEngine(api, settings: ClusterSettings(runnerImage: "r:1", agentImage: "a:1"))
    let id = try await make("theirs", in: namespace, api)
    let seen = try await wait {
      try await engine.foreignSandboxes().first { $0.id == id && $0.pod?.hasStarted == true && $0.conditions[0].isTrue }
    }
    _ = try await api.patch(
      AgentsV1Beta1.Sandbox.self, "theirs", in: namespace, with: ["metadata": ["annotations": ["by": "others"]]])
    await #expect {
      try await engine.carryOut(action, on: seen, seen.mark)
    } throws: { ($0 as? ControlFailure)?.code == .conflict }
    #expect(try await pod("theirs", in: namespace, api)?.metadata.uid == seen.pod?.uid)
    let object = try await api.get(AgentsV1Beta1.Sandbox.self, "theirs", in: namespace)
    #expect(object.operatingMode == .running)
    await engine.close()
  }
}
