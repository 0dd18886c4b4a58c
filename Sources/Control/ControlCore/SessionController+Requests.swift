import ControlModel
import Logging

extension SessionController {
  /// What the core does on its own account is an operation as well, recorded before it is carried out.
  /// False when it was refused, or refused so lately that it is not asked for again yet.
  @discardableResult
  func submit(_ kind: Operation.Kind, reason: String) async throws(ControlFailure) -> Bool {
    if let requestAt, requestAt > .now { return false }
    let operation = request(kind, reason: reason)
    unconfirmed = operation
    do throws(ControlFailure) {
      try await dependencies.store.submit(operation)
    } catch {
      guard ![.unavailable, .cancelled].contains(error.code) else { throw error }
      // Each refusal is on record: they must not become many.
      unconfirmed = nil
      refusals += 1
      requestAt = .now + Backoff(first: 5, longest: 600).pause(afterFailures: refusals)
      dependencies.logger.warning(
        "The core may not do what it wants to",
        metadata: ["session": "\(id)", "operation": "\(kind.rawValue)", "failure": "\(error)"])
      return false
    }
    unconfirmed = nil
    (refusals, requestAt) = (0, nil)
    submitted[operation.id] = .now
    if !operations.contains(where: { $0.id == operation.id }) { operations.append(operation) }
    ownRestart = kind == .restart ? operation.id : ownRestart
    wake()
    return true
  }

  private func request(_ kind: Operation.Kind, reason: String) -> Operation {
    if let unconfirmed, unconfirmed.kind == kind, unconfirmed.generation == session.generation { return unconfirmed }
    return Operation(
      id: .make(at: .now()), kind: kind, team: session.team, session: id, generation: session.generation,
      actor: "core", reason: reason, requestedAt: .now())
  }
}
