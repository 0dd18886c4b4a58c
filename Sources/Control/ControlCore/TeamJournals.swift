import ControlModel

/// What the journals of one team's sessions may grow by in a minute when all of them together want more than the team may
/// write: a value that goes on from look to look. Who wants little gets it; the rest is shared evenly by those who want
/// more, so that nobody pays for a greedy neighbour.
struct TeamJournals: Sendable {
  struct Member: Sendable {
    var session: SessionID
    /// In the last minute, as it was recorded.
    var perMinute: Double
  }

  /// By session; empty while the team does not want too much.
  private(set) var shares: [SessionID: Double] = [:]

  /// Begins when more is wanted than `bound`, and ends with half of it, so that it does not come and go.
  mutating func share(_ bound: Double?, among members: [Member]) {
    guard let bound, !members.isEmpty else { return shares = [:] }
    // What is recorded late was written within the share of its time.
    let wanted = members.map { min($0.perMinute, shares[$0.session] ?? .infinity) }
    let sum = wanted.reduce(0, +)
    guard sum > bound || (!shares.isEmpty && sum > bound / 2) else { return shares = [:] }
    // Twice of what it wrote: who is held back shows no more than that.
    let room = wanted.map { $0 * 2 }
    let level = Self.level(bound, room)
    let least = bound / Double(members.count)
    var new: [SessionID: Double] = [:]
    for (member, room) in zip(members, room) {
      let share = max(least, min(level, room))
      let old = shares[member.session]
      // A runner is not told of every little change.
      new[member.session] = old.map { abs($0 - share) < $0 / 10 ? $0 : share } ?? share
    }
    shares = new
  }

  /// The height to which all can be filled with `bound`, if none holds more than its room.
  private static func level(_ bound: Double, _ room: [Double]) -> Double {
    var (rest, height) = (bound, 0.0)
    for (index, next) in room.sorted().enumerated() {
      let others = Double(room.count - index)
      if (next - height) * others >= rest { return height + rest / others }
      rest -= (next - height) * others
      height = next
    }
    return .infinity
  }
}
