import ControlModel

/// A runner that has journalled 20 events in each generation, the same whoever reads them, and is silent from then on.
struct PlayedRunner: RunnerConnection {
  static let eventsPerGeneration = 20

  var session: SessionID
  var generation: Int

  func status() async throws(ControlFailure) -> RunnerStatus {
    RunnerStatus(
      session: session, generation: generation, seq: Int64(generation * Self.eventsPerGeneration), runtime: .waiting,
      runtimeSessionID: nil, startedAt: .now())
  }

  func events(after seq: Int64) -> AsyncThrowingStream<[Event], any Error> {
    let fresh = (Int(seq)..<max(Int(seq), generation * Self.eventsPerGeneration)).map(event)
    return AsyncThrowingStream { continuation in
      if !fresh.isEmpty { continuation.yield(fresh) }
    }
  }

  private func event(_ index: Int) -> Event {
    let draft =
      index.isMultiple(of: Self.eventsPerGeneration)
      ? EventDraft(
        .lifecycle, "", name: "runner.started", detail: ["generation": JSONValue(index / Self.eventsPerGeneration + 1)])
      : EventDraft(.assistant, "word \(index)")
    return Event(seq: Int64(index + 1), time: .now(), content: draft)
  }

  func send(_ message: RunnerMessage) async throws(ControlFailure) {}
  func interrupt(id: OperationID) async throws(ControlFailure) {}
  func decide(_ decision: ApprovalDecision) async throws(ControlFailure) {}
}
