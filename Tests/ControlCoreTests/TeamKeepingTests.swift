import ControlCore
import ControlModel
import Logging
import PostgresClient
import PostgresTestSupport
import SessionHistory
import Synchronization
import Testing

/// What cores do for teams, on a real database; the cluster is a list of what was asked of it.
@Suite(.timeLimit(.minutes(3))) struct TeamKeepingTests {
  @Test func aTeamIsKeptAtOnceWhenItIsNewOrChangedAndItsTroubleIsShown() async throws {
    try await SharedCores.with(sessions: 0) { cores in
      let provisioner = CountingProvisioner()
      let core = core(cores, provisioner, interval: 3600)
      let loop = Task { await core.run() }
      let team = try #require(try await cores.store.teams().first)
      try await until { try await cores.store.team(team.name).trouble == "No quota." }
      let quota = try TeamQuota("pods=3")
      _ = try await cores.store.changeTeam(team.name, quota: quota, actor: "root", reason: nil)
      try await until { try await cores.store.teamReport(of: team.name)?.report.isInStep == true }
      #expect(try await cores.store.team(team.name).trouble == nil)
      // Looks at the sessions go on; none of them is reason enough to ask again.
      try await cores.pool.script("SELECT paddock.tell_intents('no-team')")
      try await until { await core.holdsLease }
      #expect(provisioner.asked.withLock { $0.map(\.quota) } == [TeamQuota(), quota])
      loop.cancel()
      await loop.value
    }
  }

  @Test func aTroubleIsTriedAgainAtTheIntervalAndByOneCoreOnly() async throws {
    try await SharedCores.with(sessions: 0) { cores in
      let provisioners = [CountingProvisioner(), CountingProvisioner()]
      let loops = provisioners.map { provisioner in
        let core = core(cores, provisioner, interval: 0.5)
        return Task { await core.run() }
      }
      let start = ContinuousClock.now
      try await until { provisioners.contains { $0.asked.withLock(\.count) >= 4 } }
      #expect(ContinuousClock.now - start >= .seconds(1.5))
      #expect(provisioners.contains { $0.asked.withLock(\.isEmpty) })
      for loop in loops { loop.cancel() }
      for loop in loops { await loop.value }
    }
  }

  private func core(_ cores: SharedCores, _ provisioner: CountingProvisioner, interval: Double) -> ControlCore {
    var settings = CoreSettings(holder: "core-\(UInt32.random(in: 0 ... .max))")
    settings.sharesSessions = true
    settings.interval = 0.1
    settings.teamInterval = interval
    return ControlCore(
      store: PostgresSessionStore(cores.pool), engine: RecordingEngine(core: settings.holder, shared: cores.sandboxes),
      teams: provisioner, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }
}

/// A team without a quota is in trouble here.
private final class CountingProvisioner: TeamProvisioner {
  let asked = Mutex<[Team]>([])

  func keep(_ team: Team) async -> TeamReport {
    asked.withLock { $0.append(team) }
    return await inspect(team)
  }

  func inspect(_ team: Team) async -> TeamReport {
    let isFine = team.quota != TeamQuota()
    return TeamReport(
      context: "c", server: "s", namespace: "n",
      items: [
        .init(
          kind: "ResourceQuota", name: "paddock", standing: isFine ? .inStep : .missing,
          problem: isFine ? nil : "No quota.")
      ])
  }
}
