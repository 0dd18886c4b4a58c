import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import SessionHistory
import Testing

/// Real pods, whose logs a real kubelet serves.
@Suite(.serialized, .timeLimit(.minutes(8))) struct ForeignNodeTests {
  private static let script = """
    echo '{"type":"assistant","session_id":"s","message":{"id":"m","content":[{"type":"text","text":"Hello."}]}}'
    awk 'BEGIN { for (i = 0; i < 40000; i++) printf "%d", i % 10; print "" }'
    i=0; while true; do echo "line $i"; i=$((i+1)); sleep 0.05; done
    """

  private func make(in namespace: String, _ node: Node, _ api: KubernetesAPI) async throws -> SessionID {
    let container: JSONValue = [
      "name": "main", "image": .string(try await node.load(.busybox)), "command": ["sh", "-c", .string(Self.script)],
    ]
    let pod: JSONValue = ["containers": [container], "terminationGracePeriodSeconds": 0]
    let object = try await api.create(
      AgentsV1Beta1.Sandbox(
        name: "theirs", namespace: namespace, spec: ["podTemplate": ["metadata": [:], "spec": pod]]))
    return try #require(SessionID(object.metadata.uid))
  }

  @Test func aPodsLogIsRecordedOnceThroughTheEndOfCoresAndOfPods() async throws {
    let node = try await Node.shared()
    let api = try node.api()
    try await withStore { store, _, team in
      let namespace = "paddock-\(team)"
      _ = try await api.create(CoreV1.Namespace(name: namespace))
      let id = try await make(in: namespace, node, api)
      for round in 1...2 {
        try await work(api, store) {
          _ = try await store.listed(id) { $0.events > Int64(round * 60) && $0.state == .working }
        }
      }
      try await work(api, store) {
        let session = try await store.listed(id) { $0.runtime == .claudeCode && $0.events > 150 }
        #expect(try await store.ask(.restart, of: session) == .succeeded)
        _ = try await wait { try await begun(id, store).count == 2 ? true : nil }
        let before = try await store.session(id).events
        _ = try await store.listed(id) { $0.events > before + 40 }
      }
      try await check(try await store.events(of: id, .after(0), limit: 100_000))
      _ = try await node.kubectl("delete", "namespace", namespace, "--wait=false")
    }
  }

  private func work(
    _ api: KubernetesAPI, _ store: PostgresSessionStore, _ body: () async throws -> Void
  ) async throws {
    let engine = KubernetesSandboxEngine(api, settings: ClusterSettings(runnerImage: "r:1", agentImage: "a:1"))
    try await withCore(store, engine, body)
    await engine.close()
  }

  private func begun(_ id: SessionID, _ store: PostgresSessionStore) async throws -> [Event] {
    try await store.events(of: id, .after(0), limit: 100_000).filter { $0.content.name == "log.opened" }
  }

  private func check(_ events: [Event]) async throws {
    #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    #expect(!events.contains { $0.content.name == "log.gap" })
    let starts = events.indices.filter { events[$0].content.name == "log.opened" }
    #expect(starts.count == 2)
    for (start, end) in zip(starts, starts.dropFirst() + [events.count]) {
      let log = events[start..<end]
      #expect(log.contains { $0.kind == .assistant && $0.text == "Hello." })
      let long = String(repeating: "0123456789", count: 4_000)
      #expect(log.filter { $0.kind == .output && $0.text == long }.count == 1)
      let lines = log.map(\.text).filter { $0.hasPrefix("line ") }
      #expect(lines.count > 30)
      #expect(lines == (0..<lines.count).map { "line \($0)" })
    }
  }
}
