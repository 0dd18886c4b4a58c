import ControlModel

/// Which teams it is time to look after; a value.
struct TeamSchedule: Sendable {
  private struct Look {
    var quota: TeamQuota
    var instant: ContinuousClock.Instant
    var trouble: String?
  }

  /// Between two looks at the same team, whether or not the last one went well.
  let interval: Duration
  private var looks: [ResourceName: Look] = [:]

  init(interval: Double) {
    self.interval = .seconds(interval)
  }

  /// New and changed ones at once, the others by time.
  func due(_ teams: [Team], at instant: ContinuousClock.Instant) -> [Team] {
    teams.filter { team in
      guard let last = looks[team.name] else { return true }
      return last.quota != team.quota || instant >= last.instant + interval
    }
  }

  /// Whether the trouble is news.
  mutating func note(_ team: Team, _ trouble: String?, at instant: ContinuousClock.Instant) -> Bool {
    defer { looks[team.name] = Look(quota: team.quota, instant: instant, trouble: trouble) }
    return looks[team.name]?.trouble != trouble
  }

  /// A team that is made anew under its name is new.
  mutating func forget(except teams: [Team]) {
    let names = Set(teams.map(\.name))
    looks = looks.filter { names.contains($0.key) }
  }
}
