import ClusterSupport
import ControlModel
import KubernetesClient
import KubernetesSandboxEngine
import KubernetesTestSupport
import PaddockProgram
import Testing

/// The real runner in real pods.
@Suite struct WarmStartNodeTests {
  @Test(.timeLimit(.minutes(5))) func aSessionTakesAWaitingPodAndKeepsItsVolume() async throws {
    let node = try await Node.shared()
    let program = PaddockInstallation.products + "/paddock-runner"
    var settings = ClusterSettings(
      runnerImage: try await node.load(.runner(program: program)), agentImage: try await node.load(.busybox))
    settings.names = ClusterNames(namespacePrefix: "w\(UInt32.random(in: 0...UInt32.max))-")
    let api = try node.api()
    let walk = try await WarmWalk(node: node, api: api, settings: settings)

    let (warm, warmTime) = try await walk.start(pool: 1)
    #expect(warm.condition("WarmStart")?.isTrue == true, "\(warm.conditions)")
    let (cold, coldTime) = try await walk.start(pool: 0)
    #expect(cold.condition("WarmStart") == nil)
    print("From the request to the runner's answer: warm \(warmTime), cold \(coldTime)")
    #expect(warmTime < coldTime)

    try await walk.say("one", to: warm, in: walk.engine)
    // Another core, which knows nothing, finds the session handed over.
    let second = KubernetesSandboxEngine(api, settings: settings)
    try await walk.say("two", to: warm, in: second)
    // A runner that is started again is brought its token once more.
    _ = try await node.kubectl(
      "exec", "--namespace", walk.namespace, warm.reference.name, "--container", "agent", "--", "sh", "-c",
      "kill -TERM 1")
    try await walk.say("three", to: warm, in: second)

    try await walk.engine.delete(warm.reference)
    let next = try await walk.engine.create(walk.request(of: warm, generation: 2))
    #expect(next.reference.name == warm.reference.name)
    let events = try await walk.say("four", to: next, in: walk.engine)
    #expect(events.map(\.seq) == Array(1...Int64(events.count)))
    let heard = events.filter { $0.kind == .output }.map(\.text)
    #expect(heard.prefix(2) == ["in life 1: one", "in life 1: two"] && heard.last == "in life 3: four")
    // Once in each of its three lives, and not once more for the second core.
    #expect(events.count { $0.content.name == "runner.started" } == 3)
    await walk.engine.close()
    await second.close()
    _ = try await node.kubectl("delete", "namespace", walk.namespace, "--wait=false")
  }
}

private struct WarmWalk {
  let api: KubernetesAPI
  let engine: KubernetesSandboxEngine
  let namespace: String
  private let agent: Agent

  init(node: Node, api: KubernetesAPI, settings: ClusterSettings) async throws {
    self.api = api
    engine = KubernetesSandboxEngine(api, settings: settings)
    // Counts its lives in a file on the volume.
    let script = "echo >> lives; while read -r line; do echo in life $(wc -l < lives): $line; done"
    agent = try ManifestTests.request(AgentSpec(runtime: .exec, command: ["sh", "-c", script])).agent
    namespace = settings.names.namespace(of: agent.team)
    _ = try await api.create(CoreV1.Namespace(name: namespace))
  }

  /// The sandbox, once its runner has answered, and the time that this took.
  func start(pool size: Int) async throws -> (Sandbox, Duration) {
    var agent = agent
    agent.spec.pod.warmPoolSize = size
    if size > 0 {
      #expect(await engine.keepWarmPools(of: [agent], in: [agent.team]) == [])
      let ofPools = ObjectSelector(labels: "agents.x-k8s.io/warm-pool-sandbox")
      try await until("the pool is filled") {
        try await api.list(AgentsV1Beta1.Sandbox.self, in: namespace, ofPools).contains(where: \.isReady)
      }
    }
    _ = try await engine.sandboxes()
    let begin = ContinuousClock.now
    let made = try await engine.create(SandboxRequest(session: .make(at: .now()), generation: 1, agent: agent))
    _ = try await runner(of: made, in: engine)
    return (made, .now - begin)
  }

  func request(of sandbox: Sandbox, generation: Int) throws -> SandboxRequest {
    SandboxRequest(session: try #require(sandbox.session), generation: generation, agent: agent)
  }

  private func runner(
    of sandbox: Sandbox, in engine: KubernetesSandboxEngine
  ) async throws -> any RunnerConnection {
    let end = ContinuousClock.now + .seconds(90)
    while true {
      do {
        let runner = try await engine.runner(of: sandbox.reference)
        let status = try await runner.status()
        #expect(status.session == sandbox.session && status.generation == sandbox.generation)
        return runner
      } catch {
        guard ContinuousClock.now < end else { throw error }
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// All events up to the one that shows that the agent has heard it.
  @discardableResult
  func say(_ text: String, to sandbox: Sandbox, in engine: KubernetesSandboxEngine) async throws -> [Event] {
    let message = RunnerMessage(id: .make(at: .now()), text: text)
    var events: [Event] = []
    try await until("the agent has heard '\(text)'") {
      events = []
      let runner = try await runner(of: sandbox, in: engine)
      guard (try? await runner.send(message)) != nil else { return false }
      do {
        for try await batch in runner.events(after: 0) {
          events += batch
          if events.contains(where: { $0.kind == .output && $0.text.hasSuffix(" \(text)") }) { return true }
        }
      } catch { return false }
      return false
    }
    return events
  }
}
