import ControlModel
import Logging

extension SessionController {
  func connect(_ reference: SandboxReference) async throws(ControlFailure) {
    let runner = try await dependencies.engine.runner(of: reference)
    let status = try await runner.status()
    guard status.session == id, status.generation == session.generation else {
      throw ControlFailure(
        .conflict,
        "The runner of sandbox '\(reference.name)' serves session \(status.session), generation \(status.generation).")
    }
    try checkNotStopped()
    disconnect()
    connection = runner
    stream = Task { await self.follow(runner) }
  }

  func disconnect() {
    stream?.cancel()
    stream = nil
    connection = nil
  }

  /// Reads one runner's journal until it goes away; the next pass connects again.
  private func follow(_ runner: any RunnerConnection) async {
    do {
      try await record(runner.events(after: managed.projection.lastSeq))
    } catch {
      guard !Task.isCancelled else { return }
      problem = (error as? ControlFailure)?.summary ?? "the journal's stream broke"
      dependencies.logger.notice(
        "A journal's stream ended", metadata: ["session": "\(id)", "failure": "\(problem)"])
      await reload(after: error)
    }
    guard !Task.isCancelled else { return }
    disconnect()
    try? await Task.sleep(for: .milliseconds(200))
    wake()
  }

  /// What a runner that is gone has left in its journal, where the engine can read it.
  func recordRest() async throws(ControlFailure) {
    guard
      let rest = try await dependencies.engine.journal(
        of: id, team: session.team, after: managed.projection.lastSeq)
    else { return }
    do {
      try await record(rest)
      isRestDue = false
    } catch {
      await reload(after: error)
      throw (error as? ControlFailure)
        ?? ControlFailure(.malformed, "The journal of session \(id) cannot be read to its end: \(error)")
    }
  }

  private func record(_ events: AsyncThrowingStream<[Event], any Error>) async throws {
    for try await batch in events {
      let recorded = managed.projection.lastSeq
      let fresh = batch.filter { $0.seq > recorded }
      guard let first = fresh.first else { continue }
      // Totals are a fold: they would miss what is left out here, if the database happened to be further.
      guard first.seq == recorded + 1 else {
        throw ControlFailure(.conflict, "The journal goes on at event \(first.seq), the record at \(recorded + 1).")
      }
      var projection = managed.projection
      for event in fresh { projection.apply(event) }
      try await dependencies.recorder.record(RecordedBatch(session: id, events: fresh, projection: projection))
      take(projection)
    }
  }

  private func take(_ projection: SessionProjection) {
    let needsLook =
      projection.activity != managed.projection.activity || projection.generation != managed.projection.generation
      || projection.cost != managed.projection.cost
    managed.projection = projection
    if needsLook { wake() }
  }

  /// Somebody else recorded meanwhile, or a commit's fate is unknown: what is recorded decides.
  private func reload(after error: any Error) async {
    guard (error as? ControlFailure)?.code == .conflict else { return }
    if let latest = try? await dependencies.store.managedSession(id) {
      managed.projection = latest.projection
    }
  }
}
