import ControlModel
import KubernetesClient
import PostgresClient
import SessionHistory

/// What a session's start takes on a cluster, by its steps: from the operation to the agent's first answer in Postgres,
/// with images that are there. Sessions are started one after the other, each beside what agent-sandbox takes alone.
struct Starting: Sendable {
  private static let count = Program.number("PADDOCK_BENCH_STARTS", default: 20)
  private static let script = #"while read -r line; do echo "heard $line"; done"#

  private let node: StartingNode
  private let database: BenchmarkDatabase
  private let watch: StartWatch
  private let team: ResourceName
  private var namespace: String { "paddock-\(team)" }

  @Sendable static func run(_ workbench: Workbench) async throws -> [Finding] {
    let database = try await workbench.database("starts")
    let findings = try await StartingNode.during(workbench, database) { node in
      try await StartWatch.during(node.api) { watch in
        let team = try ResourceName("bench")
        return try await Starting(node: node, database: database, watch: watch, team: team).measure()
      }
    }
    await database.close()
    return findings
  }

  private func measure() async throws -> [Finding] {
    _ = try await database.store.createTeam(team, actor: "bench", reason: nil)
    for (name, size) in [("cold", 0), ("warm", 1)] {
      var spec = AgentSpec(runtime: .exec, command: ["/bin/sh", "-c", Self.script])
      spec.pod.warmPoolSize = size
      _ = try await database.store.applyAgent(try ResourceName(name), of: team, spec: spec, actor: "bench")
    }
    var (bare, alike, claims): ([Duration], [Duration], [Duration]) = ([], [], [])
    var (cold, warm): ([StartSteps], [StartSteps]) = ([], [])
    for number in 0..<Self.count {
      try await poolIsFull()
      bare.append(try await sandbox("bare-\(number)", Self.bareSpec))
      let first = try await start("cold", objects: "create sandboxes")
      cold.append(first.steps)
      alike.append(try await sandbox("alike-\(number)", try await spec(of: first.session)))
      try await kill(first.session)
      try await poolIsFull()
      let second = try await start("warm", objects: "create sandboxclaims")
      warm.append(second.steps)
      try await kill(second.session)
      let pool = try await poolIsFull()
      claims.append(try await bareClaim("bare-\(number)", pool))
      note("start \(number): cold \(Figure.duration(cold[number].whole)), warm \(Figure.duration(warm[number].whole))")
    }
    return StartSteps.findings(
      "cold", cold, goal: .milliseconds(500),
      floors: [
        ("a Sandbox with the same pod and volume, until it runs", alike), ("one container without a volume", bare),
      ])
      + StartSteps.findings(
        "warm", warm, goal: .milliseconds(300), floors: [("a bare claim until it is served", claims)])
  }

  // MARK: What agent-sandbox takes alone

  /// One container, without a volume.
  private static let bareSpec: JSONValue = [
    "podTemplate": [
      "spec": [
        "terminationGracePeriodSeconds": 0,
        "containers": [
          ["name": "agent", "image": .string(StartingNode.image), "command": ["/bin/sh", "-c", "exec sleep 1000"]]
        ],
      ]
    ],
    "operatingMode": "Running",
  ]

  /// With its token's secret, which is there for as long as the session's own sandbox is.
  private func spec(of session: SessionID) async throws -> JSONValue {
    let ofSession = ObjectSelector(labels: "paddock.dev/session=\(session)")
    guard let spec = try await node.api.list(AgentsV1Beta1.Sandbox.self, in: namespace, ofSession).first?.spec else {
      throw BenchmarkFailure("a session that was started has no sandbox")
    }
    return spec
  }

  /// Made by nothing but one request, until a client is told that its container runs.
  private func sandbox(_ name: String, _ spec: JSONValue) async throws -> Duration {
    let begin = Timestamp.now()
    let made = try await node.api.create(AgentsV1Beta1.Sandbox(name: name, namespace: namespace, spec: spec))
    let time = try await watch.time(of: .runs(name)).duration(since: begin)
    try await node.api.delete(
      AgentsV1Beta1.Sandbox.self, name, in: namespace, if: Preconditions(uid: made.metadata.uid))
    _ = try await watch.time(of: .gone(name))
    return time
  }

  private func bareClaim(_ name: String, _ pool: String) async throws -> Duration {
    let begin = Timestamp.now()
    _ = try await node.api.create(
      ExtensionsV1Beta1.SandboxClaim(
        name: name, namespace: namespace, spec: ["warmPoolRef": ["name": .string(pool)]]))
    let time = try await watch.time(of: .claimed(name)).duration(since: begin)
    try await node.api.delete(ExtensionsV1Beta1.SandboxClaim.self, name, in: namespace)
    return time
  }

  /// Its name, once its member waits.
  @discardableResult private func poolIsFull() async throws -> String {
    let end = ContinuousClock.now + .seconds(180)
    while true {
      let pools = (try? await node.api.list(ExtensionsV1Beta1.SandboxWarmPool.self, in: namespace)) ?? []
      if let pool = pools.first(where: { $0.readyReplicas == 1 }) { return pool.name }
      guard ContinuousClock.now < end else { throw BenchmarkFailure("the warm pool was not filled in three minutes") }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  // MARK: What Paddock takes

  private func start(_ agent: String, objects: String) async throws -> (session: SessionID, steps: StartSteps) {
    let (id, begin) = (SessionID.make(at: .now()), Timestamp.now())
    _ = try await database.store.startSession(
      StartRequest(
        id: id, operation: .make(at: begin), team: team, agent: try ResourceName(agent), title: agent, message: "one",
        actor: "bench"))
    let recorded = try await recording(of: id)
    let answers = try await node.answers(since: begin)
    func done(_ what: String) throws -> Timestamp {
      guard let answer = answers.first(where: { $0.what == what && $0.status < 300 }) else {
        throw BenchmarkFailure("the API server has not noted '\(what)' of a \(agent) start")
      }
      return answer.time
    }
    var steps = StartSteps(begin: begin)
    let written = try done(objects)
    steps.add(.decision, until: written)
    if agent == "cold" {
      steps.add(.controller, until: try await watch.time(of: .made(id.text)))
      steps.add(.node, until: try await watch.time(of: .runs(id.text)))
    } else {
      let claim = "\(agent)-\(id.text.suffix(8))"
      steps.add(.controller, until: try await watch.time(of: .claimed(claim)))
      steps.add(.adoption, until: try done("patch sandboxes"))
    }
    steps.add(.handover, until: try done("update pods/proxy"))
    steps.add(.record, until: recorded.first)
    steps.add(.answer, until: recorded.answer)
    return (id, steps)
  }

  /// To the 4 ms of the questions.
  private func recording(of id: SessionID) async throws -> (first: Timestamp, answer: Timestamp) {
    let end = ContinuousClock.now + .seconds(120)
    var first: Timestamp?
    while ContinuousClock.now < end {
      let rows = try await database.pool.query(
        """
        SELECT count(*) AS events, count(*) FILTER (WHERE e.text = 'heard one') AS answers
        FROM paddock.session s JOIN paddock.event e ON e.session_id = s.id AND e.bucket = s.bucket WHERE s.id = $1
        """, [.uuid(id.text)])
      if first == nil, try rows[0].int("events") > 0 { first = .now() }
      if let first, try rows[0].int("answers") > 0 { return (first, .now()) }
      try await Task.sleep(for: .milliseconds(4))
    }
    throw BenchmarkFailure("a session had no answer in two minutes")
  }

  private func kill(_ id: SessionID) async throws {
    try await database.store.submit(
      Operation(
        id: .make(at: .now()), kind: .kill, team: team, session: id, generation: 1, actor: "bench", reason: "measured",
        requestedAt: .now()))
    let end = ContinuousClock.now + .seconds(120)
    while try await database.store.session(id).state != .killed {
      guard ContinuousClock.now < end else { throw BenchmarkFailure("a session was not killed in two minutes") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}

extension Timestamp {
  func duration(since earlier: Timestamp) -> Duration { .microseconds(microseconds - earlier.microseconds) }
}
