import ControlModel
import Logging

extension SessionController {
  func connect(_ reference: SandboxReference) async throws(ControlFailure) {
    let runner = try await dependencies.engine.runner(of: reference)
    let status = try await ask { () async throws(ControlFailure) in try await runner.status() }
    guard status.session == id, status.generation == session.generation else {
      throw ControlFailure(
        .conflict,
        "The runner of sandbox '\(reference.name)' serves session \(status.session), generation \(status.generation).")
    }
    try checkNotStopped()
    disconnect()
    (connection, runnerPauses, runnerBounds) = (runner, status.pauses, status.journal?.bounds)
    if runnerBounds == nil {
      dependencies.logger.notice(
        "A runner of an earlier release keeps its journal to no bounds until its session is restarted",
        metadata: ["session": "\(id)"])
    }
    stream = Task { await self.follow(runner) }
  }

  func disconnect() {
    stream?.cancel()
    stream = nil
    connection = nil
    unansweredSince = nil
  }

  /// Records one runner's journal until the runner goes away; a later pass connects again. What cannot be recorded is
  /// tried more and more seldom, while the runner stays within reach of messages and interrupts.
  private func follow(_ runner: any RunnerConnection) async {
    while !Task.isCancelled {
      let begin = ContinuousClock.now
      let end = await recordStream(of: runner)
      guard !Task.isCancelled else { return }
      // One that held for long says nothing about the next.
      if .now - begin > .seconds(60) { journalFailures = 0 }
      journalFailures += 1
      let pause = Backoff(first: 0.2, longest: 60).pause(afterFailures: journalFailures)
      if end == .runnerGone {
        // Not cancelled: this task has to wake the next pass.
        (connection, stream, connectAt) = (nil, nil, .now + pause)
        unansweredSince = .now()
      }
      wake()
      try? await Task.sleep(for: pause)
      if end == .runnerGone { return wake() }
    }
  }

  private enum StreamEnd {
    case runnerGone, unrecorded
  }

  private func recordStream(of runner: any RunnerConnection) async -> StreamEnd {
    do {
      try await record(runner.events(after: managed.projection.lastSeq))
      return .runnerGone
    } catch {
      guard !Task.isCancelled else { return .runnerGone }
      let failure = (error as? Unrecorded)?.failure ?? (error as? ControlFailure)
      let summary = failure?.summary ?? "the journal's stream broke"
      dependencies.logger.notice(
        "A journal's stream ended", metadata: ["session": "\(id)", "failure": "\(summary)"])
      // A line that cannot be read is there for the next reader, too.
      guard error is Unrecorded || failure?.code == .malformed else {
        problem = summary
        return .runnerGone
      }
      await reload(after: failure)
      // Right after another core has recorded, one conflict is nothing to speak of.
      if failure?.code != .conflict || journalFailures > 0 { journalProblem = summary }
      return .unrecorded
    }
  }

  /// What a runner that is gone has left in its journal, where the engine can read it.
  func recordRest() async throws(ControlFailure) {
    // Until the journal is open, and whenever its own stream fails.
    isRestUnreadable = true
    guard
      let rest = try await dependencies.engine.journal(
        of: id, team: session.team, after: managed.projection.lastSeq)
    else {
      isRestUnreadable = false
      return
    }
    do {
      try await record(rest)
      (isRestDue, isRestUnreadable) = (false, false)
      journalProblem = ""
    } catch {
      isRestUnreadable = !(error is Unrecorded)
      let failure = (error as? Unrecorded)?.failure ?? (error as? ControlFailure)
      await reload(after: failure)
      throw failure
        ?? ControlFailure(.malformed, "The journal of session \(id) cannot be read to its end: \(error)")
    }
  }

  /// Read well, but not to be recorded.
  private struct Unrecorded: Error {
    var failure: ControlFailure
  }

  private func record(_ events: AsyncThrowingStream<[Event], any Error>) async throws {
    for try await batch in events {
      let recorded = managed.projection.lastSeq
      let fresh = batch.filter { $0.seq > recorded }
      guard let first = fresh.first else { continue }
      // Totals are a fold: they would miss what is left out here, if the database happened to be further.
      guard first.seq == recorded + 1 else {
        throw Unrecorded(
          failure: ControlFailure(
            .conflict, "The journal goes on at event \(first.seq), the record at \(recorded + 1)."))
      }
      var projection = managed.projection
      for event in fresh { projection.apply(event) }
      do throws(ControlFailure) {
        try await dependencies.recorder.record(RecordedBatch(session: id, events: fresh, projection: projection))
      } catch {
        throw Unrecorded(failure: error)
      }
      take(projection)
    }
  }

  private func take(_ projection: SessionProjection) {
    let needsLook =
      projection.activity != managed.projection.activity || projection.generation != managed.projection.generation
      || projection.cost != managed.projection.cost || projection.pauses != managed.projection.pauses
      || projection.slowed != managed.projection.slowed
      || !journalProblem.isEmpty
    managed.projection = projection
    (journalFailures, journalProblem) = (0, "")
    if needsLook { wake() }
  }

  /// Somebody else recorded meanwhile, or a commit's fate is unknown: what is recorded decides.
  private func reload(after failure: ControlFailure?) async {
    guard failure?.code == .conflict else { return }
    if let latest = try? await dependencies.store.managedSession(id) {
      managed.projection = latest.projection
    }
  }
}
