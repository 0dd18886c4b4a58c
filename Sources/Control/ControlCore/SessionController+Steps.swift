import ControlModel
import Logging

extension SessionController {
  func perform(_ step: ReconcileStep) async throws(ControlFailure) {
    try checkNotStopped()
    switch step {
    case .none: return try await recordDueRest()
    case .wait, .giveUp: return
    case .create: try await create()
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

  private func create() async throws(ControlFailure) {
    sandbox = try await dependencies.engine.create(
      SandboxRequest(
        session: id, generation: session.generation, agent: managed.agent,
        firstSeq: managed.projection.lastSeq + 1, runtimeSessionID: managed.projection.runtimeSessionID))
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
      // What can never be recorded stays on its volume, but must not keep a session from being killed.
      guard mayLeaveRest(after: error) else { throw error }
      dependencies.logger.error(
        "A journal could not be recorded to its end", metadata: ["session": "\(id)", "failure": "\(error)"])
    }
    try checkNotStopped()
    try await dependencies.engine.delete(reference)
    await drain()
    disconnect()
    sandbox = nil
  }

  private func mayLeaveRest(after failure: ControlFailure) -> Bool {
    guard [.killed, .purged].contains(session.desired) else { return false }
    if failure.code == .malformed { return true }
    return ![.unavailable, .cancelled].contains(failure.code) && failures >= 3
  }

  /// False when there is nothing to do at present.
  private func restart() async throws(ControlFailure) -> Bool {
    // One that is applied belongs to a generation before this end.
    guard !operations.contains(where: { $0.kind == .restart && !applied.contains($0.id) }) else { return false }
    disconnect()
    return try await submit(.restart, reason: sandbox?.condition("Finished")?.message ?? "Its sandbox ended.")
  }

  private func purge() async throws(ControlFailure) {
    try await dependencies.engine.deleteVolume(of: id, team: session.team)
    try checkNotStopped()
    try await dependencies.store.purge(id)
    isPurged = true
  }
}
