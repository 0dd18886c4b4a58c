import ControlModel
import Glibc
import KubernetesClient
import PostgresClient
import SessionHistory

/// From a change of a sandbox in a real API server, through the core and Postgres, to the console's screen.
struct ClusterScreen: Sendable {
  /// One: with more, a change also moves rows, and a terminal that scrolls is not sent what it has already.
  private static let sandboxes = 1
  private static let changes = 60

  private let cluster: BenchmarkCluster
  private let console: ConsoleProcess

  @Sendable static func run(_ workbench: Workbench) async throws -> [Finding] {
    let database = try await workbench.database("screen")
    let findings = try await BenchmarkCluster.during(workbench) { cluster in
      // Those of another installation: what happens to them, the core only has to tell.
      try await SandboxPopulation(api: cluster.api, count: sandboxes).make()
      let core = try Child(
        [
          Program.paddock, "core", "--engine", "kubernetes", "--kubeconfig", cluster.kubeconfig, "--runner-image",
          "none",
          "--agent-image", "none",
        ], environment: database.environment(workbench), output: STDERR_FILENO)
      do {
        let findings = try await measure(cluster, database, workbench)
        try await end(core)
        return findings
      } catch {
        try? await end(core)
        throw error
      }
    }
    await database.close()
    return findings
  }

  private static func end(_ core: Child) async throws {
    kill(core.pid, SIGTERM)
    _ = try await blocking { core.wait() }
  }

  private static func measure(
    _ cluster: BenchmarkCluster, _ database: BenchmarkDatabase, _ workbench: Workbench
  ) async throws -> [Finding] {
    try await untilMirrored(in: database)
    let environment = database.environment(workbench)
    let console = try await blocking {
      let console = try ConsoleProcess(environment: environment)
      try console.read(until: "foreign")
      console.readUntilQuiet(milliseconds: 1_500)
      return console
    }
    let screen = ClusterScreen(cluster: cluster, console: console)
    var times: [Duration] = []
    do {
      for change in 0..<changes { times.append(try await screen.change(change)) }
    } catch {
      try? await blocking { console.quit() }
      throw error
    }
    try await blocking { console.quit() }
    return [
      Finding(
        "a sandbox's change in the cluster until it is on the screen, p95", Figure.duration(times.percentile(0.95)),
        peer: "p50: \(Figure.duration(times.percentile(0.5))), most: \(Figure.duration(times.percentile(1)))",
        goal: "≤ 250 ms")
    ]
  }

  /// The sandbox is suspended and resumed in turn; resumed, it is `starting`, for no controller says more of it. The
  /// middle of the word is enough: of the rest, a terminal is only sent the cells that differ.
  private func change(_ number: Int) async throws -> Duration {
    let isSuspended = number.isMultiple(of: 2)
    let (mode, shown) = isSuspended ? ("Suspended", "uspen") : ("Running", "tarti")
    // At no fixed distance from whatever the core does by the clock.
    try await Task.sleep(for: .milliseconds(Int64.random(in: 200...900)))
    let console = console
    _ = try await blocking { console.readUntilQuiet(milliseconds: 30) }
    let began = ContinuousClock.now
    _ = try await cluster.api.patch(
      AgentsV1Beta1.Sandbox.self, SandboxPopulation.name(0), in: SandboxPopulation.namespace,
      with: ["spec": ["operatingMode": .string(mode)]])
    return try await blocking {
      try console.read(until: shown)
      return ContinuousClock.now - began
    }
  }

  private static func untilMirrored(in database: BenchmarkDatabase) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while try await database.pool.query("SELECT FROM paddock.session WHERE state = 'working'").count < sandboxes {
      guard ContinuousClock.now < end else { throw BenchmarkFailure("the core did not see the sandboxes in a minute") }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
