import ControlModel
import Logging

extension SessionController {
  func perform(_ step: ReconcileStep) async throws(ControlFailure) {
    try checkNotStopped()
    switch step {
    case .none: return try await recordDueRest()
    case .wait, .giveUp: return
    case .create: try await createIfPossible()
    case .suspend(let reference): try await suspend(reference)
    case .resume(let reference):
      try await dependencies.engine.resume(reference)
      sandbox?.operatingMode = .running
      // What it is after resuming only the engine can say.
      sandbox?.conditions = []
    case .delete(let reference): try await delete(reference)
    case .connect(let reference):
      if let connectAt, connectAt > .now { return }
      try await connect(reference)
    case .restart: guard try await restart() else { return }
    case .purge: try await purge()
    }
    changed()
  }

  private func createIfPossible() async throws(ControlFailure) {
    do throws(ControlFailure) {
      try await create()
    } catch {
      impossible = ImpossibleStart(error, in: session, by: managed.agent)
      guard impossible != nil else { throw error }
      dependencies.logger.warning(
        "A session cannot start", metadata: ["session": "\(id)", "failure": "\(error.summary)"])
    }
  }

  private func create() async throws(ControlFailure) {
    guard managed.agent.revision > 0 else {
      let (name, team) = ("\(session.agent)", "\(session.team)")
      throw ControlFailure(
        .invalidArgument,
        managed.agent.unreadable.map { SessionReason.badDeclaration.told(name, team, $0) }
          ?? SessionReason.undeclared.told(name, team),
        hint: "Declare it again with `paddock agent apply`.")
    }
    if let problem = managed.agent.spec.startProblem { throw problem.failure(of: managed.agent) }
    sandbox = try await dependencies.engine.create(
      SandboxRequest(
        session: id, generation: session.generation, agent: managed.agent,
        firstSeq: managed.projection.lastSeq + 1, runtimeSessionID: managed.projection.runtimeSessionID,
        spent: managed.projection.cost, reason: restartReason, awaitsMessage: awaitsMessage))
  }

  /// The other runtimes live on between messages, and are up sooner if they are not kept.
  private var awaitsMessage: Bool {
    managed.agent.spec.runtime == .exec && operations.contains { $0.isMessage && $0.argument != nil }
  }

  /// Of the restart that made this generation, as far as it is known here: another core may have seen it completed.
  private var restartReason: String? {
    guard let restart = operations.last(where: { $0.kind == .restart && applied.contains($0.id) }) else { return nil }
    let words = restart.reason.map { ": \($0)" } ?? ""
    return String("restarted by \(restart.actor)\(words)".prefix(500))
  }

  private func suspend(_ reference: SandboxReference) async throws(ControlFailure) {
    isRestDue = true
    try await dependencies.engine.suspend(reference)
    await drain()
    disconnect()
    sandbox?.operatingMode = .suspended
    sandbox?.conditions = []
    try await recordRest()
  }

  /// Follows the stream of a runner that was asked to end until it has ended by itself, where the engine cannot read
  /// what would be left unread.
  private func drain() async {
    guard !dependencies.engine.readsVolumes, let stream else { return }
    // A journal that was refused again and again would be read to no end until then.
    if isEnding, !journalProblem.isEmpty, journalFailures >= 3 { return }
    if await ends(within: dependencies.settings.drainPatience, { await stream.value }) { return }
    dependencies.logger.notice("A runner did not end its stream in time", metadata: ["session": "\(id)"])
  }

  /// Nothing else would come back to it until the session is resumed: a batch that was under way when its sandbox was
  /// suspended makes the first try a conflict, and a core may be killed between suspending and recording.
  private func recordDueRest() async throws(ControlFailure) {
    guard isRestDue, sandbox?.operatingMode == .suspended else { return }
    try await recordRest()
  }

  private func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    if dependencies.engine.readsVolumes { disconnect() }
    do throws(ControlFailure) {
      try await recordRest()
    } catch {
      // What can never be recorded is kept, but must not keep a session from being killed.
      guard mayLeaveRest(after: error) else { throw error }
      try checkNotStopped()
      await leaveRest(after: error, of: reference)
    }
    try checkNotStopped()
    try await dependencies.engine.delete(reference)
    await drain()
    if !dependencies.engine.readsVolumes, isEnding, !journalProblem.isEmpty, leftBehind.isEmpty {
      await leaveRest(after: ControlFailure(.malformed, journalProblem), of: reference)
    }
    disconnect()
    sandbox = nil
    // Before the operation is told to have succeeded: whoever waits for that reads the reason next.
    if isEnding { try? await dependencies.store.setState(.killed, reason: leftBehind, of: id) }
  }

  private var isEnding: Bool { [.killed, .purged].contains(session.desired) }

  /// A store that does not answer is waited for: the journal is there for as long.
  private func mayLeaveRest(after failure: ControlFailure) -> Bool {
    guard isEnding, failure.code != .cancelled else { return false }
    if failure.code == .malformed { return true }
    return failures >= 3 && (isRestUnreadable || failure.code != .unavailable)
  }

  private func leaveRest(after failure: ControlFailure, of reference: SandboxReference) async {
    let recorded = managed.projection.lastSeq
    var text = SessionReason.unrecorded.told("\(recorded + 1)")
    do throws(ControlFailure) {
      let kept = try await dependencies.engine.setJournalAside(of: id, team: session.team, after: recorded)
      if let last = kept?.lastSeq, last > recorded { text += " to \(last)" }
      if let kept {
        text += "; its journal (\(kept.bytes) bytes) is kept as \(kept.place)"
      } else {
        text += "; its journal is on the volume of sandbox '\(reference.name)' until the session is purged"
      }
    } catch {
      text += "; its journal stays on its volume until the session is purged (\(error.summary))"
    }
    leftBehind = "\(text): \(failure.summary)"
    dependencies.logger.error(
      "A session's end is not recorded", metadata: ["session": "\(id)", "failure": "\(leftBehind)"])
  }

  /// False when there is nothing to do at present.
  private func restart() async throws(ControlFailure) -> Bool {
    // One that is applied belongs to a generation before this end.
    guard !operations.contains(where: { $0.kind == .restart && !applied.contains($0.id) }) else { return false }
    disconnect()
    // What its runner journalled last may be the end of its command, which is not to be run again.
    if dependencies.engine.readsVolumes {
      do throws(ControlFailure) { try await recordRest() } catch {
        // One that can never be read keeps no session from going on.
        if [.unavailable, .cancelled].contains(error.code) { throw error }
      }
      try checkNotStopped()
      if observation.hasEnded { return true }
    }
    return try await submit(.restart, reason: sandbox?.condition("Finished")?.message ?? "Its sandbox ended.")
  }

  private func purge() async throws(ControlFailure) {
    try await dependencies.engine.deleteVolume(of: id, team: session.team)
    try checkNotStopped()
    try await dependencies.store.purge(id)
    isPurged = true
  }
}
