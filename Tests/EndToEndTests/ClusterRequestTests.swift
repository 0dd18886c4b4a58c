import ClusterSupport
import ControlModel
import PaddockProgram
import Testing

/// What a core asks of the API server, by that server's own audit log, is what docs/kubernetes.md says.
@Suite struct ClusterRequestTests {
  @Test(.timeLimit(.minutes(15))) func aCoreAsksForNoMoreThanIsWrittenDown() async throws {
    let written = try WrittenRequests()
    try await AskingCore.run { core in
      let warm = try await core.leastOfStarts(of: "warm", within: 3...8, like: written.start(\.warm))
      #expect(warm == written.start(\.warm))
      let cold = try await core.leastOfStarts(of: "cold", within: 3...8, like: written.start(\.cold))
      #expect(cold == written.start(\.cold))

      let lastStart = try await core.start("cold")
      try await core.fill(to: 10)
      let minute = try await core.steadyMinute()
      for (what, count) in minute.count.counts {
        #expect(Double(count) <= written.rows[what]?.minute ?? 0, "\(what), in a minute")
      }
      // However long this machine took for a start. Two may ask at once, for the reports and for a reason.
      let aftermath = try core.requests(since: lastStart, until: minute.begin).counts[WrittenRequests.aftermath] ?? 0
      let pace = Double(written.rows[WrittenRequests.aftermath]?.cold ?? 0) / 36
      #expect(aftermath >= 1 && Double(aftermath) <= 2 * (1 + pace * minute.begin.seconds(since: lastStart)))
      for what in try core.requests(since: core.begin).counts.keys {
        #expect(written.rows[what] != nil, "\(what) is not in docs/kubernetes.md")
      }
      // They end with the core.
      try await core.paddock.require("down")
      let minutes = Timestamp.now().seconds(since: core.begin) / 60 + 1
      let watches = try core.watches().counts
      #expect(Set(watches.keys) == ["watch pods", "watch sandboxes.agents.x-k8s.io"])
      for (what, count) in watches {
        #expect(Double(count) <= 1 + (written.rows[what]?.minute ?? 0) * minutes, "\(what)")
      }
    }
  }
}
