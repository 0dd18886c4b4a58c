import ControlModel

/// The slots that one connection has locked, and since when.
struct SlotClaims {
  private(set) var taken: [Int: ContinuousClock.Instant] = [:]

  mutating func take(_ slots: [Int], at instant: ContinuousClock.Instant) {
    for slot in slots { taken[slot] = instant }
  }

  mutating func drop(_ slots: Set<Int>) {
    for slot in slots { taken[slot] = nil }
  }

  func missing(among cores: Int) -> Int { max(0, SessionSlots.share(among: cores) - taken.count) }

  /// What is beyond its share goes back, the youngest first: least has begun there.
  func claims(among cores: Int, settledBefore instant: ContinuousClock.Instant) -> SessionClaims {
    let oldestFirst = taken.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    let share = SessionSlots.share(among: cores)
    let kept = oldestFirst.prefix(share).filter { slot in taken[slot].map { $0 <= instant } ?? false }
    return SessionClaims(held: Set(kept), surplus: Set(oldestFirst.dropFirst(share)))
  }
}
