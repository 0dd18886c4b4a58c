import ControlModel
import Testing

@Suite struct RevivalTests {
  private let begin = Timestamp(microseconds: 1_800_000_000_000_000)

  /// What a machine says of a part that it looks at every half second for two minutes.
  private func steps(
    _ revival: inout Revival, livesForALook: Bool = false, isAlive: (Int) -> Bool = { _ in false }
  ) -> [(Double, Revival.Step)] {
    var started: Int?
    var steps: [(Double, Revival.Step)] = []
    for look in 0..<240 {
      let time = begin.advanced(bySeconds: Double(look) / 2)
      if isAlive(look) || livesForALook && started == look - 1 {
        revival.sawAlive(at: time)
      } else {
        let step = revival.sawGone("gone", at: time)
        if step == .start { started = look }
        if step != .none { steps.append((Double(look) / 2, step)) }
      }
    }
    return steps
  }

  /// Whoever starts a process sees no failure in its end a moment later.
  @Test func whatNeverLivesIsGivenUpAfterLongerAndLongerPauses() {
    var revival = Revival()
    let steps = steps(&revival)
    #expect(steps.map(\.1) == Array(repeating: .start, count: Revival.mostTries) + [.giveUp])
    #expect(steps.map(\.0) == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 47.5, 63.5])
    #expect(revival.hasGivenUp)
  }

  @Test func whatIsSeenAliveBetweenItsEndsIsGivenUpToo() {
    var revival = Revival()
    let steps = steps(&revival, livesForALook: true)
    #expect(steps.last?.1 == .giveUp && steps.count == Revival.mostTries + 1)
  }

  @Test func whatHasLivedForAMinuteBeginsANewRow() {
    var revival = Revival()
    // Gone at 0 s, alive from 0.5 s to 90 s, gone again.
    let steps = steps(&revival) { (1...180).contains($0) }
    #expect(steps.first?.0 == 0 && steps.dropFirst().first?.0 == 90.5)
  }

  @Test func whatSomebodyElseStartedCountsAgain() {
    var revival = Revival()
    _ = steps(&revival)
    revival.sawAlive(at: begin.advanced(bySeconds: 200))
    #expect(!revival.hasGivenUp && revival.tries == 0)
    #expect(revival.sawGone("gone", at: begin.advanced(bySeconds: 201)) == .start)
  }
}
