import ControlModel
import Synchronization

/// How fast the journals grow whose events a core records.
final class JournalGrowth: Sendable {
  struct Rate: Sendable {
    var eventsPerMinute = 0.0
    var bytesPerMinute = 0.0
  }

  private struct State {
    var fresh: [SessionID: (events: Int, bytes: Int)] = [:]
    var rates: [SessionID: Rate] = [:]
    var since = ContinuousClock.now
  }

  private let state = Mutex(State())

  func note(_ batch: RecordedBatch) {
    let bytes = batch.events.reduce(0) { $0 + $1.content.approximateSize }
    state.withLock { state in
      let before = state.fresh[batch.session] ?? (0, 0)
      state.fresh[batch.session] = (before.events + batch.events.count, before.bytes + bytes)
    }
  }

  /// The rates of late; `nil` when they were asked for only just now. What was a while ago counts less and less.
  func rates(at now: ContinuousClock.Instant = .now) -> [SessionID: Rate]? {
    state.withLock { state in
      let seconds = (now - state.since) / .seconds(1)
      guard seconds >= 1 else { return nil }
      var rates: [SessionID: Rate] = [:]
      for session in Set(state.fresh.keys).union(state.rates.keys) {
        let (fresh, old) = (state.fresh[session] ?? (0, 0), state.rates[session] ?? Rate())
        let new = Rate(
          eventsPerMinute: (old.eventsPerMinute + Double(fresh.events) * 60 / seconds) / 2,
          bytesPerMinute: (old.bytesPerMinute + Double(fresh.bytes) * 60 / seconds) / 2)
        if new.eventsPerMinute > 1 { rates[session] = new }
      }
      state = State(fresh: [:], rates: rates, since: now)
      return rates
    }
  }
}
