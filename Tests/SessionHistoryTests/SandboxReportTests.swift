import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite struct SandboxReportTests {
  private func report(_ reason: String = "DependenciesReady") -> SandboxReport {
    var report = SandboxReport(engine: "kubernetes", sandbox: "fixer-1", generation: 2)
    report.context = "kind"
    report.server = "https://127.0.0.1:6443"
    report.namespace = "paddock-blue"
    report.pod = "fixer-1"
    report.container = "agent"
    report.conditions = [
      .init(type: "Ready", isTrue: true, reason: reason, message: "m\u{0}", since: Timestamp(microseconds: 1_000_000))
    ]
    report.events = [
      ClusterEvent(
        time: Timestamp(microseconds: 2_000_000), isWarning: true, reason: "BackOff", message: "again",
        object: "Pod/fixer-1", count: 7)
    ]
    return report
  }

  @Test func aReportIsReadAsItWasWrittenAndReplaced() async throws {
    try await HistoryFixture.with { fixture in
      let session = try await fixture.startSession()
      #expect(try await fixture.store.sandboxReport(of: session.id) == nil)
      try await fixture.store.writeReports([session.id: report(), .make(at: .now()): report()])
      #expect(try await fixture.store.sandboxReport(of: session.id)?.report == report())
      try await fixture.store.writeReports([session.id: report("PodReady")])
      #expect(try await fixture.store.sandboxReport(of: session.id)?.report == report("PodReady"))
      try await fixture.store.purge(session.id)
      #expect(try await fixture.store.sandboxReport(of: session.id) == nil)
    }
  }

  @Test func aTeamCannotSeeTheReportsOfAnother() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      let mine = try await fixture.startSession("mine")
      let theirs = try await fixture.startSession("theirs", of: green)
      try await fixture.store.writeReports([mine.id: report(), theirs.id: report()])
      try await fixture.withLogin("carol", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { store, _ in
        let (own, foreign) = (try await store.sandboxReport(of: mine.id), try await store.sandboxReport(of: theirs.id))
        #expect(own?.report == report())
        #expect(foreign == nil)
        await expectFailure(.permissionDenied) { try await store.writeReports([mine.id: report()]) }
      }
    }
  }

  @Test func aCoreSaysHowItsEngineIs() async throws {
    try await HistoryFixture.with { fixture in
      #expect(try await fixture.store.engineStatus() == nil)
      let status = EngineStatus(
        engine: "kubernetes", context: "kind", server: "s", trouble: "No route.", since: Timestamp(microseconds: 5))
      try await fixture.store.writeStatus(status, ofCore: "host/1")
      #expect(try await fixture.store.engineStatus() == status)
      try await fixture.pool.execute("UPDATE paddock.core_status SET written_at = now() - interval '1 minute'")
      #expect(try await fixture.store.engineStatus() == nil)
    }
  }
}
