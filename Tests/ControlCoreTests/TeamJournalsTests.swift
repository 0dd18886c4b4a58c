import ControlModel
import SeededNumbers
import Testing

@testable import ControlCore

/// How a team's sessions share what the team may write.
@Suite struct TeamJournalsTests {
  private func members(_ rates: [Double]) -> [TeamJournals.Member] {
    rates.enumerated().map { .init(session: Self.ids[$0.offset], perMinute: $0.element) }
  }

  private static let ids = (0..<40).map {
    SessionID.make(at: Timestamp(microseconds: 1_700_000_000_000_000 + Int64($0)))
  }

  @Test func whoStaysWithinTheBoundIsNotHeldBack() {
    var team = TeamJournals()
    team.share(100, among: members([40, 60]))
    #expect(team.shares.isEmpty)
    team.share(nil, among: members([4_000, 6_000]))
    #expect(team.shares.isEmpty)
  }

  @Test func theGreedyPayAndTheModestDoNot() {
    var team = TeamJournals()
    team.share(100, among: members([10, 1_000, 5]))
    #expect(team.shares[Self.ids[0]] ?? 0 >= 20 && team.shares[Self.ids[2]] ?? 0 >= 10)
    #expect(team.shares[Self.ids[1]].map { abs($0 - 70) < 1 } == true)
  }

  @Test func itEndsWithHalfOfTheBound() {
    var team = TeamJournals()
    team.share(100, among: members([200, 0]))
    #expect(!team.shares.isEmpty)
    team.share(100, among: members([60, 0]))
    #expect(!team.shares.isEmpty)
    team.share(100, among: members([49, 0]))
    #expect(team.shares.isEmpty)
  }

  /// Whatever its members want, from the second look on they write no more than the bound and its floor together, and
  /// those who always want more come to the same share.
  @Test(arguments: [3, 11, 1_234] as [UInt64]) func whateverTheyWantTheSumIsHeld(seed: UInt64) {
    var random = SeededNumbers(seed)
    for _ in 0..<50 {
      let count = Int.random(in: 1...40, using: &random)
      let bound = Double.random(in: 1...10_000, using: &random)
      let wanted = (0..<count).map { _ in Double.random(in: 0...1, using: &random) < 0.5 ? 0 : bound * 3 }
      var team = TeamJournals()
      var written = wanted
      for _ in 0..<30 {
        team.share(bound, among: members(written))
        written = zip(wanted, Self.ids).map { min($0, team.shares[$1] ?? .infinity) }
      }
      guard wanted.contains(where: { $0 > 0 }) else { continue }
      #expect(written.reduce(0, +) <= bound * 1.15, "seed \(seed)")
      let greedy = written.filter { $0 > 0 }
      #expect((greedy.max() ?? 0) <= (greedy.min() ?? 0) * 1.5, "seed \(seed)")
    }
  }
}
