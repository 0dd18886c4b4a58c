import ControlModel
import Glibc
import PostgresClient
import SessionHistory

/// A core that follows the journals of a thousand runners at a time, each over a connection of its own.
enum Streaming {
  private static let streams = 1_000
  private static let eventsPerSecond = 1_000
  private static let seconds = 20

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    // A connection each, here and in the core, which inherits the limit.
    var limit = rlimit(rlim_cur: 8192, rlim_max: 8192)
    _ = setrlimit(__rlimit_resource_t(7), &limit)
    let database = try await workbench.database("streaming")
    let ids = try await database.makeSessions(streams)
    let spec = AgentSpec(runtime: .exec, command: ["/bin/true"])
    _ = try await database.store.applyAgent(
      ResourceName("fixer"), of: ResourceName("bench"), spec: spec, actor: "bench")
    let runners = try StreamedRunners()
    defer { runners.close() }
    let core = try Child(
      ["/proc/self/exe", StreamingCore.argument, database.url, "\(runners.port)"],
      environment: database.environment(workbench), output: STDERR_FILENO)
    do {
      let findings = try await measure(core, runners, database, sessions: ids.count)
      try await end(core)
      await database.close()
      return findings
    } catch {
      try? await end(core)
      throw error
    }
  }

  private static func measure(
    _ core: Child, _ runners: StreamedRunners, _ database: BenchmarkDatabase, sessions: Int
  ) async throws -> [Finding] {
    let (_, opening) = try await time { try await reach(sessions, of: "streams") { runners.streams } }
    let before = core.processorTime
    let (_, duration) = await time { await speak(by: runners) }
    let (_, behind) = try await time {
      try await reach(runners.sent, of: "recorded events") {
        Int(try await database.pool.query("SELECT count(*) AS n FROM paddock.event").first?.int("n") ?? 0)
      }
    }
    let gaps = try await database.pool.query(
      "SELECT count(*) AS n FROM (SELECT FROM paddock.event GROUP BY session_id HAVING max(seq) <> count(*)) x")
    guard try gaps.first?.int("n") == 0 else { throw BenchmarkFailure("journals were recorded with gaps") }
    let share = (core.processorTime - before) / duration
    let rate = Figure.rate(runners.sent, in: duration)
    return [
      Finding(
        "core's peak memory: \(sessions) streams, \(rate)", "\(core.peakKilobytes / 1024) MB", goal: "≤ 500 MB"),
      Finding("core's processor time for that", Figure.percent(share), peer: "one core: 100 %", goal: "≤ 100 %"),
      Finding(
        "from the last event sent until all are in Postgres", Figure.duration(behind),
        peer: "all \(sessions) streams open: \(Figure.duration(opening))"),
    ]
  }

  private static func speak(by runners: StreamedRunners) async {
    let part = eventsPerSecond / 20
    var due = ContinuousClock.now
    for step in 0..<(seconds * 20) {
      _ = try? await blocking { runners.speak(from: step * part, count: part) }
      due += .milliseconds(50)
      try? await Task.sleep(until: due, clock: .continuous)
    }
  }

  private static func reach(_ count: Int, of what: String, _ number: () async throws -> Int) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while case let reached = try await number(), reached < count {
      guard ContinuousClock.now < end else { throw BenchmarkFailure("\(reached) of \(count) \(what) after a minute") }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private static func end(_ core: Child) async throws {
    kill(core.pid, SIGTERM)
    _ = try await blocking { core.wait() }
  }
}
