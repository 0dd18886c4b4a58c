import ControlModel
import PostgresClient
import Testing

@testable import SessionHistory

@Suite struct TeamQuotaTests {
  private func report(_ problem: String?) -> TeamReport {
    TeamReport(
      context: "kind", server: "https://127.0.0.1:6443", namespace: "paddock-blue",
      items: [
        .init(kind: "Namespace", name: "paddock-blue", standing: .inStep),
        .init(
          kind: "ResourceQuota", name: "paddock",
          standing: .differs([.init(field: "spec.hard.pods", wanted: "\"20\"", found: nil)]), problem: problem),
        .init(kind: "Role", name: "paddock-operators", standing: .missing),
        .init(kind: "RoleBinding", name: "paddock-operators", standing: .unknown),
        .init(kind: "LimitRange", name: "paddock", standing: .foreign),
      ])
  }

  @Test func aTeamKeepsItsQuotaUntilItIsChangedWhole() async throws {
    try await HistoryFixture.with { fixture in
      let (store, green) = (fixture.store, try ResourceName("green-\(fixture.suffix)"))
      let quota = try TeamQuota("cpu=0.5,memory=16Gi,pods=20")
      #expect(try await store.createTeam(green, quota: quota, actor: "root", reason: nil).quota == quota)
      #expect(try await store.team(green).quota == quota)
      let less = try TeamQuota("storage=1Ti")
      #expect(try await store.changeTeam(green, quota: less, actor: "root", reason: "r").quota == less)
      #expect(try await store.team(green).quota == less)
      #expect(try await store.team(fixture.team).quota == TeamQuota())
      let operations = try await store.operations(of: nil, team: green, limit: 5)
      #expect(operations.map(\.kind) == [.changeTeam, .createTeam])
      #expect(operations.first?.reason == "r" && operations.first?.argument?.contains("1Ti") == true)
      await expectFailure(.notFound) {
        try await store.changeTeam(try ResourceName("none"), quota: less, actor: "root", reason: nil)
      }
    }
  }

  @Test func onlyAdministratorsChangeAQuota() async throws {
    try await HistoryFixture.with { fixture in
      let roles = ["paddock_operator", fixture.role(of: fixture.team)]
      try await fixture.withLogin("carol", roles: roles) { store, _ in
        await expectFailure(.permissionDenied) {
          try await store.changeTeam(fixture.team, quota: TeamQuota(), actor: "carol", reason: nil)
        }
      }
    }
  }

  @Test func whatACoreFoundIsReadAsItWasWrittenAndShownWithTheTeam() async throws {
    try await HistoryFixture.with { fixture in
      let (store, team) = (fixture.store, fixture.team)
      #expect(try await store.teamReport(of: team) == nil)
      try await store.writeReport(report("It is refused.\u{0}"), of: team)
      #expect(try await store.teamReport(of: team)?.report == report("It is refused.\u{0}"))
      #expect(try await store.team(team).trouble == "It is refused.␀")
      try await fixture.pool.execute("UPDATE paddock.team_report SET written_at = now() - interval '1 hour'")
      #expect(try await store.team(team).trouble == nil)
      var fine = report(nil)
      fine.items.removeLast(4)
      try await store.writeReport(fine, of: team)
      #expect(try await store.team(team).trouble == nil)
      try await store.writeReport(fine, of: try ResourceName("nobody"))
    }
  }

  @Test func aTeamCannotSeeWhatWasFoundOfAnother() async throws {
    try await HistoryFixture.with { fixture in
      let green = try ResourceName("green-\(fixture.suffix)")
      try await fixture.addTeam(green)
      for team in [fixture.team, green] { try await fixture.store.writeReport(report("p"), of: team) }
      try await fixture.withLogin("carol", roles: ["paddock_viewer", fixture.role(of: fixture.team)]) { store, _ in
        let (own, foreign) = (try await store.teamReport(of: fixture.team), try await store.teamReport(of: green))
        #expect(own != nil)
        #expect(foreign == nil)
        await expectFailure(.permissionDenied) { try await store.writeReport(report("q"), of: fixture.team) }
      }
      try await fixture.pool.script("DELETE FROM paddock.agent WHERE team = '\(green)'")
      try await fixture.store.deleteTeam(green, actor: "root", reason: nil)
      #expect(try await fixture.store.teamReport(of: green) == nil)
    }
  }
}
