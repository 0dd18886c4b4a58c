/// At most one load of a kind is under way; of those asked for meanwhile only the newest is kept.
struct LoadQueue {
  private var running: Set<LoadKind> = []
  private var waiting: [LoadKind: ConsoleEffect] = [:]

  /// The effect to start at once, if any.
  mutating func request(_ effect: ConsoleEffect, _ kind: LoadKind) -> ConsoleEffect? {
    if running.insert(kind).inserted { return effect }
    waiting[kind] = waiting[kind].map { Self.merged($0, effect) } ?? effect
    return nil
  }

  mutating func finished(_ kind: LoadKind) -> ConsoleEffect? {
    if let next = waiting.removeValue(forKey: kind) { return next }
    running.remove(kind)
    return nil
  }

  /// A full list is not given up for a part of it.
  private static func merged(_ old: ConsoleEffect, _ new: ConsoleEffect) -> ConsoleEffect {
    switch (old, new) {
    case (.loadSessions, .refreshSessions): .loadSessions
    case (.refreshSessions(let left), .refreshSessions(let right)): .refreshSessions(left.union(right))
    default: new
    }
  }
}

/// Seconds until the next try: soon at first, then every half minute.
struct RetryDelay {
  private var attempt = 0

  mutating func next() -> Double {
    attempt += 1
    return min(30, [0.5, 1, 2, 5, 10][min(attempt - 1, 4)])
  }
}
