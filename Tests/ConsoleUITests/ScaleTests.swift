import ConsoleUI
import ControlModel
import TerminalCore
import Testing

/// Sizes that the bars name; the figures are for `Benchmarks`, this is for what must not blow up.
@Suite struct ScaleTests {
  @Test func tenThousandSessionsAreMovedThrough() {
    let many = (1...10_000).map {
      Fixture.session($0, "session \($0)", SessionState.allCases[$0 % 10], age: Double($0), events: 0)
    }
    let clock = ContinuousClock()
    var user = Operator(sessions: many)
    var slowest = Duration.zero
    for _ in 0..<50 {
      let took = clock.measure {
        user.press("pgdn")
        _ = user.surface()
      }
      slowest = max(slowest, took)
    }
    let listing = SessionListing(many)
    let load = clock.measure { user.happen(.sessionsLoaded(listing)) }
    print("key and draw with 10,000 sessions: slowest \(slowest); taking in a list: \(load)")
    #expect(user.state.list.selectedRow ?? 0 > 500)
  }
}
