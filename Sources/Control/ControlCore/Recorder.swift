package import ControlModel
package import Logging

/// Writes the journals of all sessions into the store: whatever waits while one transaction commits goes into the next,
/// so that a quiet fleet is recorded at once and a busy one in large batches.
///
/// A caller waits until its batch is committed and only then reads on: that is the back-pressure, from the disk of the
/// database to the pipe of the agent.
package actor Recorder {
  private struct Entry {
    var batch: RecordedBatch
    var continuation: CheckedContinuation<Result<Void, ControlFailure>, Never>
  }

  /// Events of one transaction; bounds memory and the time others wait for theirs.
  package static let maximumEvents = 20_000

  private let store: any ControlStore
  private let logger: Logger
  private let meter: CoreMeter
  private let growth: JournalGrowth?
  private var waiting: [Entry] = []
  /// Those whose sessions somebody else's transaction holds: tried again beside the others, which need not wait.
  private var heldUp: [Entry] = []
  private var isTryingHeldUp = false
  private var isFlushing = false
  private var isClosed = false

  package init(store: any ControlStore, logger: Logger, meter: CoreMeter = CoreMeter()) {
    self.init(store: store, logger: logger, meter: meter, growth: nil)
  }

  init(store: any ControlStore, logger: Logger, meter: CoreMeter, growth: JournalGrowth?) {
    self.growth = growth
    self.store = store
    self.logger = logger
    self.meter = meter
  }

  /// Returns when the batch is committed. `conflict`: it does not go on from what is recorded, nothing was written.
  /// While the store cannot be reached it waits; `close` ends that.
  package func record(_ batch: RecordedBatch) async throws(ControlFailure) {
    let result = await withCheckedContinuation { continuation in
      waiting.append(Entry(batch: batch, continuation: continuation))
      startFlushing()
    }
    try result.get()
  }

  /// Gives up what is waiting: journals still hold it.
  package func close() {
    isClosed = true
    let abandoned = waiting + heldUp
    (waiting, heldUp) = ([], [])
    for entry in abandoned { entry.continuation.resume(returning: .failure(Self.closed)) }
  }

  private static let closed = ControlFailure(.cancelled, "The recorder was stopped.")

  private func startFlushing() {
    guard !isFlushing else { return }
    isFlushing = true
    Task { await flush() }
  }

  private func flush() async {
    while !waiting.isEmpty {
      let entries = takeNext()
      await write(entries)
    }
    isFlushing = false
  }

  private func takeNext() -> [Entry] {
    var events = 0
    let count =
      waiting.firstIndex { entry in
        events += entry.batch.events.count
        return events > Self.maximumEvents
      } ?? waiting.count
    let entries = Array(waiting.prefix(max(1, count)))
    waiting.removeFirst(entries.count)
    return entries
  }

  private func write(_ all: [Entry]) async {
    var entries = all
    var pause = 0.1
    while !isClosed {
      do throws(ControlFailure) {
        try await store.record(entries.map(\.batch))
        noteRecorded(entries)
        return finish(entries, .success(()))
      } catch {
        meter.failedToRecord()
        guard error.code == .unavailable else { return await isolate(entries, error) }
        logger.warning("Recording waits for the database", metadata: ["failure": "\(error)"])
        if error.isHeldUp, await setAside(&entries) {
          if entries.isEmpty { return }
          continue
        }
        try? await Task.sleep(for: .seconds(pause))
        pause = min(pause * 2, 5)
      }
    }
    finish(entries, .failure(Self.closed))
  }

  private func noteRecorded(_ entries: [Entry]) {
    meter.recorded(entries.map(\.batch))
    for entry in entries { growth?.note(entry.batch) }
  }

  /// Takes out those that somebody holds; whether there were any.
  private func setAside(_ entries: inout [Entry]) async -> Bool {
    let sessions = Set(entries.map(\.batch.session))
    guard let held = try? await store.sessionsHeldUp(among: sessions), !held.isEmpty, !isClosed else { return false }
    heldUp += entries.filter { held.contains($0.batch.session) }
    entries.removeAll { held.contains($0.batch.session) }
    if !isTryingHeldUp {
      isTryingHeldUp = true
      Task { await tryHeldUp() }
    }
    return true
  }

  /// One after the other, each for as long as the store waits for a lock.
  private func tryHeldUp() async {
    while !heldUp.isEmpty, !isClosed {
      let entry = heldUp.removeFirst()
      do throws(ControlFailure) {
        try await store.record([entry.batch])
        noteRecorded([entry])
        finish([entry], .success(()))
      } catch {
        meter.failedToRecord()
        if isClosed {
          finish([entry], .failure(Self.closed))
        } else if error.code == .unavailable {
          heldUp.append(entry)
          try? await Task.sleep(for: .milliseconds(100))
        } else {
          finish([entry], .failure(error))
        }
      }
    }
    isTryingHeldUp = false
  }

  /// One bad batch must not hold up the others: each is tried alone.
  private func isolate(_ entries: [Entry], _ failure: ControlFailure) async {
    guard entries.count > 1 else { return finish(entries, .failure(failure)) }
    for entry in entries { await write([entry]) }
  }

  private func finish(_ entries: [Entry], _ result: Result<Void, ControlFailure>) {
    for entry in entries { entry.continuation.resume(returning: result) }
  }
}
