import ClusterSupport
import ControlModel
import HTTPTransport
import KubernetesClient
import KubernetesTestSupport
import LoopbackServer
import RunnerClient
import RunnerProtocol
import Testing

@testable import KubernetesSandboxEngine

/// The core as in a cluster: a real API server that it speaks to as a service account, and runners at the addresses that
/// the status of their pods names.
@Suite struct DirectChannelTests {
  private struct Fixture {
    let api: KubernetesAPI
    let accountToken: String
    let engine: KubernetesSandboxEngine
    let request: SandboxRequest

    init(_ route: RunnerRoute = .auto) async throws {
      let cluster = try await ControlPlane.shared()
      api = try cluster.api()
      var request = try ManifestTests.request()
      request.session = .make(at: .now())
      request.agent.team = try ResourceName("t\(UInt32.random(in: 0...UInt32.max))")
      self.request = request
      let namespace = "paddock-\(request.agent.team)"
      _ = try await api.create(CoreV1.Namespace(name: namespace))
      try await cluster.require("create", "serviceaccount", "core", "--namespace", namespace)
      try await cluster.require(
        "create", "clusterrolebinding", "core-\(namespace)", "--clusterrole=cluster-admin",
        "--serviceaccount=\(namespace):core")
      accountToken = try await cluster.token(serviceAccount: "core", in: namespace)
      var connection = try cluster.api(TokenCredentials(accountToken)).connection
      connection.context = nil
      var settings = ManifestTests.settings
      settings.runnerRoute = route
      engine = KubernetesSandboxEngine(try KubernetesAPI(connection), settings: settings)
    }

    var namespace: String { "paddock-\(request.agent.team)" }

    /// The reference of a sandbox that is ready, its pod at this address.
    func sandbox(at host: String) async throws -> SandboxReference {
      let sandbox = try await engine.create(request)
      // Its watches begin with the first question.
      _ = try await engine.sandboxes()
      try await place(at: host, after: "")
      return sandbox.reference
    }

    /// Gives the pod that replaced the one of that uid, as soon as it has one, this address.
    @discardableResult
    func place(at host: String, after uid: String) async throws -> CoreV1.Pod {
      let pod = try await eventually("another pod runs") {
        try await api.list(CoreV1.Pod.self, in: namespace).first { $0.metadata.uid != uid && $0.podIP != nil }
      }
      _ = try await api.patch(
        CoreV1.Pod.self, pod.name, in: namespace, subresource: "status",
        with: ["status": ["podIP": .string(host), "podIPs": [["ip": .string(host)]]]])
      try await eventually("the engine knows the address") {
        await engine.address(ofPod: pod.name, in: namespace)?.host == host ? true : nil
      }
      return pod
    }

    func token() async throws -> String {
      let secret = try await api.list(CoreV1.Secret.self, in: namespace).compactMap { $0.value(PodLayout.tokenKey) }
      return String(decoding: try #require(secret.first), as: UTF8.self)
    }
  }

  @Test func aCoreInTheClusterGoesToThePodWithTheRunnersTokenAlone() async throws {
    let fixture = try await Fixture()
    let runner = PlayedRunner(events: 1...1)
    let server = try runner.listen()
    defer { server.stop() }
    let connection = try await fixture.engine.runner(of: fixture.sandbox(at: runner.host))
    try await connection.send(RunnerMessage(id: .make(at: .now()), text: "hello"))
    let token = try await fixture.token()
    #expect(runner.asked("PUT /v1/session"))
    #expect(runner.asked("POST /v1/messages"))
    for head in runner.heads {
      #expect(head.contains("Authorization: Bearer \(token)"))
      #expect(!head.joined().contains(fixture.accountToken))
    }
    await fixture.engine.close()
  }

  @Test func theJournalGoesOnAtThePodsNextAddress() async throws {
    let fixture = try await Fixture()
    let (first, second) = (PlayedRunner(events: 1...3), PlayedRunner(events: 1...6))
    let servers = [try first.listen(), try second.listen()]
    defer { for server in servers { server.stop() } }
    let reference = try await fixture.sandbox(at: first.host)
    let connection = try await fixture.engine.runner(of: reference)
    var read: [Int64] = []
    do {
      for try await batch in connection.events(after: 0) {
        read += batch.map(\.seq)
        guard read.last == 3 else { continue }
        let pod = try #require(try await fixture.api.list(CoreV1.Pod.self, in: fixture.namespace).first)
        try await fixture.api.delete(CoreV1.Pod.self, pod.name, in: fixture.namespace)
        try await fixture.place(at: second.host, after: pod.metadata.uid)
        first.leave()
      }
      Issue.record("a stream that was cut off must not look complete")
    } catch {
      #expect((error as? ControlFailure)?.code == .unavailable)
    }
    // One that was there before asks for the address again.
    try await connection.interrupt(id: .make(at: .now()))
    #expect(second.asked("POST /v1/interrupt") && !first.asked("POST /v1/interrupt"))
    for try await batch in try await fixture.engine.runner(of: reference).events(after: 3) {
      read += batch.map(\.seq)
      if read.last == 6 { break }
    }
    #expect(read == [1, 2, 3, 4, 5, 6])
    await fixture.engine.close()
  }

  @Test func whereTheWayIsToBeDirectARefusalNamesTheAddressAndThePolicy() async throws {
    let fixture = try await Fixture(.direct)
    let host = PlayedRunner.newHost()
    let reference = try await fixture.sandbox(at: host)
    await #expect {
      _ = try await fixture.engine.runner(of: reference)
    } throws: { error in
      let failure = error as? ControlFailure
      return failure?.code == .unavailable && failure?.summary.contains("\(host):8377") == true
        && failure?.hint?.contains("NetworkPolicy") == true
    }
    await fixture.engine.close()
  }
}

/// A pod that nobody can connect to, behind an API server that can: both played, since a real one proxies to no loopback.
@Suite struct DetourTests {
  private func channel(_ server: LoopbackServer, host: String) throws -> DirectPodChannel {
    let api = try KubernetesAPI(APIServerConnection(baseURL: server.url))
    let address = try #require(PodAddress(host, port: 8377))
    return DirectPodChannel(
      network: try PodNetwork(), address: { () async throws(ControlFailure) in address },
      detour: PodProxyChannel(proxy: api.proxy(to: "agent", in: "team", port: 8377)))
  }

  @Test func whatTakesNoConnectionIsReachedThroughTheAPIServerAndLeftAloneThen() async throws {
    let server = try LoopbackServer { connection in
      while let request = connection.readRequest() {
        let isRunners = request.line.contains("/api/v1/namespaces/team/pods/agent:8377/proxy/v1/status")
        #expect(request.field("Paddock-Token") == "runners-own")
        guard connection.respond(isRunners ? "200 OK" : "404 Not Found", "{}") else { return }
      }
    }
    defer { server.stop() }
    let runner = PlayedRunner(events: 1...1)
    let channel = try channel(server, host: runner.host)
    let request = HTTPRequest("GET", RunnerPath.status, headers: [RunnerPath.tokenHeader: "runners-own"])
    #expect(try await channel.send(request).status == 200)
    let late = try runner.listen()
    defer { late.stop() }
    #expect(try await channel.send(request).status == 200)
    #expect(late.connectionCount == 0)
  }

  @Test func whatNeitherWayReachesIsSaidOfBoth() async throws {
    let server = try LoopbackServer { connection in
      _ = connection.readRequest()
      connection.respond(
        "503 Service Unavailable",
        "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"message\": \"no route\", \"code\": 503}"
      )
    }
    defer { server.stop() }
    let host = PlayedRunner.newHost()
    let channel = try channel(server, host: host)
    await #expect {
      _ = try await channel.send(HTTPRequest("GET", RunnerPath.status))
    } throws: { error in
      let text = (error as? ControlFailure)?.summary ?? ""
      return text.contains("\(host):8377") && text.contains("no route")
    }
  }
}

@discardableResult
private func eventually<Value>(_ what: Comment, _ look: () async throws -> Value?) async throws -> Value {
  let end = ContinuousClock.now + .seconds(60)
  while true {
    if let value = try await look() { return value }
    try #require(ContinuousClock.now < end, what)
    try await Task.sleep(for: .milliseconds(50))
  }
}

private struct TokenCredentials: CredentialSource {
  private let token: String

  init(_ token: String) { self.token = token }

  func current() async throws(KubernetesError) -> Credential { .bearer(token) }

  func refused(_ credential: Credential) async {}
}
