import ConsoleUI
import ControlModel
import SessionHistory
import TerminalCore

/// What one key costs the thread that draws: the console's own runtime and store, on a terminal off the screen.
enum Handling {
  static let keys = 1_000

  static func run(_ workbench: Workbench) async throws -> [Finding] {
    var findings: [Finding] = []
    for sessions in [1_000, 10_000] {
      let database = try await workbench.database("handling_\(sessions)")
      let ids = try await database.makeSessions(sessions)
      let traffic = Traffic(Painting.rate, from: Array(ids.prefix(500)), in: database)
      let times = try await pressKeys(database)
      _ = try await traffic.stop()
      await database.close()
      findings.append(
        Finding(
          "UI thread for one key, p99: \(sessions) sessions, \(Painting.rate) events/s arriving",
          Figure.duration(times.percentile(0.99)), peer: "p50: \(Figure.duration(times.percentile(0.5)))",
          goal: "≤ 5 ms"))
    }
    return findings
  }

  @MainActor private static func pressKeys(_ database: BenchmarkDatabase) async throws -> [Duration] {
    let store = database.store
    let terminal = VirtualTerminal(size: ConsoleProcess.size)
    let services = ConsoleServices(
      teams: store, sessions: store, operations: store, secrets: NoSecrets(), changes: { store.wakeUps() },
      coreHolder: { () throws(ControlFailure) in try await store.leaseHolder() })
    let runtime = ConsoleRuntime(
      device: terminal, services: services, configuration: ConsoleConfiguration(storeName: "bench", actor: "bench"))
    runtime.begin()
    await runtime.idle()
    guard terminal.surface.text().contains("task-00000") else { throw BenchmarkFailure("no sessions are shown") }
    var times: [Duration] = []
    for index in 0..<keys {
      let began = ContinuousClock.now
      terminal.press(index / 40 % 2 == 0 ? "j" : "k")
      times.append(ContinuousClock.now - began)
      try await Task.sleep(for: .milliseconds(10))
    }
    terminal.send(.hangup)
    return times
  }
}

/// The benchmarks seal nothing.
private struct NoSecrets: SecretStore {
  func secrets(of team: ResourceName?) async throws(ControlFailure) -> [Secret] { [] }
  func setSecret(_ name: String, of team: ResourceName, value: SecretValue, actor: String) throws(ControlFailure) {}
  func bindSecret(_ name: String, of team: ResourceName, to agent: ResourceName, actor: String) throws(ControlFailure) {
  }
  func deleteSecret(_ name: String, of team: ResourceName, actor: String, reason: String?) throws(ControlFailure) {}
}
