package import ControlModel
import Synchronization

/// Counts what a core does and has where it happens, and tells it to whoever asks, at any time and without waiting.
package final class CoreMeter: Sendable {
  private let state: Mutex<CoreReading>

  package init() { state = Mutex(CoreReading()) }

  package var reading: CoreReading { state.withLock { $0 } }

  /// Some loop that must never stand still has come round.
  package func turned() { state.withLock { $0.lastTurn = .now } }

  /// The share is known as soon as it is held, whatever becomes of the look.
  func noteShare(slots: Int, holdsLease: Bool) {
    state.withLock { ($0.slots, $0.holdsLease) = (slots, holdsLease) }
  }

  func looked(at sessions: [ManagedSession], pendingOperations: Int) {
    let states = Dictionary(grouping: sessions, by: \.session.state).mapValues(\.count)
    state.withLock {
      $0.looks += 1
      ($0.sessions, $0.pendingOperations) = (states, pendingOperations)
    }
  }

  func failedToLook() { state.withLock { $0.failedLooks += 1 } }

  func databaseListens() { state.withLock { $0.databaseConnections += 1 } }

  func recorded(_ batches: [RecordedBatch], at time: Timestamp = .now()) {
    state.withLock {
      $0.commits += 1
      for batch in batches {
        $0.events += Int64(batch.events.count)
        for event in batch.events { $0.delays.add(time.seconds(since: event.time)) }
      }
    }
  }

  func failedToRecord() { state.withLock { $0.failedCommits += 1 } }

  func failed(step failure: ControlFailure) { state.withLock { $0.failedSteps[failure.code, default: 0] += 1 } }
}

/// What a core knows of itself. Counts are since its start.
package struct CoreReading: Sendable, Hashable {
  package var lastTurn = ContinuousClock.now
  package var holdsLease = false
  /// Of the 256 that the sessions are shared by.
  package var slots = 0
  /// Its own, at the last look.
  package var sessions: [SessionState: Int] = [:]
  /// Of all cores, at the last look.
  package var pendingOperations = 0
  package var looks: Int64 = 0
  package var failedLooks: Int64 = 0
  package var events: Int64 = 0
  package var commits: Int64 = 0
  package var failedCommits: Int64 = 0
  /// From an event, by its sandbox's clock, to its commit, by this one's.
  package var delays = DelayHistogram()
  package var failedSteps: [ControlFailure.Code: Int64] = [:]
  /// How often it began to listen to the database: each time but the first it had lost the connection.
  package var databaseConnections: Int64 = 0

  package init() {}
}

/// How many delays were how long.
package struct DelayHistogram: Sendable, Hashable {
  /// Upper ends in seconds; what is longer than the last is in the count alone.
  package static let bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600]

  /// Of each bound: those that are not longer, and longer than the one before.
  package private(set) var counts = [Int64](repeating: 0, count: bounds.count)
  package private(set) var count: Int64 = 0
  package private(set) var sum = 0.0

  package init() {}

  /// Clocks differ: what seems to come from the future took no time.
  package mutating func add(_ seconds: Double) {
    let seconds = max(0, seconds)
    count += 1
    sum += seconds
    if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
  }
}
