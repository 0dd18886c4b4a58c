import ControlCore
import ControlModel
import Logging
import PostgresClient
import SessionHistory

/// Events that arrive at a steady rate from some of the sessions, recorded as a core would.
struct Traffic: Sendable {
  private let task: Task<Int, any Error>

  /// Every 50 ms each twentieth of a second's events.
  init(_ rate: Int, from ids: [SessionID], in database: BenchmarkDatabase) {
    task = Task.detached {
      let recorder = Recorder(store: database.store, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
      var histories = try await ids.asyncMap { try await Journal(continuing: $0, in: database) }
      var (next, count) = (0, 0)
      var due = ContinuousClock.now
      while !Task.isCancelled {
        let chosen = (0..<(rate / 20)).map { (next + $0) % histories.count }
        next += rate / 20
        var batches: [SessionID: RecordedBatch] = [:]
        for index in chosen { histories[index].append(to: &batches) }
        try await withThrowingTaskGroup { group in
          for batch in batches.values { group.addTask { try await recorder.record(batch) } }
          try await group.waitForAll()
        }
        count += chosen.count
        due += .milliseconds(50)
        try? await Task.sleep(until: due, clock: .continuous)
      }
      return count
    }
  }

  /// How many events were recorded.
  func stop() async throws -> Int {
    task.cancel()
    return try await task.value
  }
}

/// A session's journal as it grows.
private struct Journal: Sendable {
  private let id: SessionID
  private var projection: SessionProjection
  private var mix: EventMix

  init(continuing id: SessionID, in database: BenchmarkDatabase) async throws {
    self.id = id
    let row = try await database.pool.query("SELECT projection FROM paddock.session WHERE id = $1", [.uuid(id.text)])
    projection = SessionProjection(
      json: try JSONValue(parsing: row.first?.text("projection") ?? "{}").objectValue ?? [:])
    mix = EventMix(start: .now())
  }

  mutating func append(to batches: inout [SessionID: RecordedBatch]) {
    let event = mix.event(projection.lastSeq + 1)
    projection.apply(event)
    var batch = batches[id] ?? RecordedBatch(session: id, events: [], projection: projection)
    batch.events.append(event)
    batch.projection = projection
    batches[id] = batch
  }
}

extension Array {
  fileprivate func asyncMap<Other>(_ transform: (Element) async throws -> Other) async rethrows -> [Other] {
    var others: [Other] = []
    for element in self { others.append(try await transform(element)) }
    return others
  }
}
