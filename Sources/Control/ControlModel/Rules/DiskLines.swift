/// Below how much free room a volume is nearly full, full to its reserve, and exhausted. Pure.
package struct DiskLines: Sendable, Hashable {
  package let nearlyFull: Int64
  package let atReserve: Int64
  package let exhausted: Int64
  /// The room that is kept for the database, as a file that can be given up.
  package let reserve: Int64

  /// 5 % and 1 % of a volume, but at least 2 GiB and 512 MiB, and never so much that a small volume is full when empty.
  package init(bytes total: Int64) {
    nearlyFull = Self.line(total, percent: 5, least: 2 << 30, most: 20 << 30, share: 20)
    atReserve = Self.line(total, percent: 1, least: 512 << 20, most: 2 << 30, share: 10)
    exhausted = atReserve / 2
    reserve = max(0, min(256 << 20, total / 20))
  }

  /// The same of the number of files; there is nothing that could be kept of it.
  package init(files total: Int64) {
    nearlyFull = Self.line(total, percent: 5, least: 20_000, most: 200_000, share: 20)
    atReserve = Self.line(total, percent: 1, least: 5_000, most: 50_000, share: 10)
    exhausted = atReserve / 2
    reserve = 0
  }

  private static func line(_ total: Int64, percent: Int64, least: Int64, most: Int64, share: Int64) -> Int64 {
    max(0, min(max(total / 100 * percent, least), most, total / 100 * share))
  }

  /// A level is left only when there is a quarter more than its line asks for, so that it does not come and go.
  package func level(free: Int64, after former: DiskLevel) -> DiskLevel {
    for (level, line) in [(DiskLevel.exhausted, exhausted), (.atReserve, atReserve), (.nearlyFull, nearlyFull)] {
      if free < (former >= level ? line + line / 4 : line) { return level }
    }
    return .ample
  }
}

/// What is to be done about the reserve.
package enum ReserveStep: Sendable, Hashable {
  case leave, giveBack, make
}

extension DiskLines {
  /// It goes when the database may have no room left for its next step, and comes back when it takes nothing from anybody.
  package func reserveStep(free: Int64, isThere: Bool) -> ReserveStep {
    if isThere { return free < reserve / 2 ? .giveBack : .leave }
    return reserve > 0 && free - reserve >= atReserve + atReserve / 4 ? .make : .leave
  }
}
