import ControlModel
import Logging

/// What cannot be read keeps the core from nothing else.
extension ControlCore {
  /// Ends what is asked in vain: operations that cannot be read, and those on sessions that cannot be. Returns the
  /// sessions that rest until their rows are put right; what runs of them goes on.
  func rest(_ rows: [UnreadableRow], _ operations: [Operation]) async -> Set<SessionID> {
    for row in rows {
      if let operation = row.operation { await refuse(operation, row) }
      guard let session = row.session, isOwn(session) else { continue }
      // One that can be written, but not read, says so in its own state.
      try? await store.setState(.failed, reason: SessionReason.unreadable.told(row.reason), of: session)
      for operation in operations where operation.session == session {
        try? await store.complete(operation.id, .failed("\(row)"))
      }
    }
    return Set(rows.compactMap(\.session))
  }

  /// One core of all does it, once.
  private func refuse(_ operation: OperationID, _ row: UnreadableRow) async {
    guard held.contains(0), refused.insert(operation) else { return }
    // That it cannot be read is also what its reader says when there was nothing left to complete.
    do throws(ControlFailure) { try await store.complete(operation, .failed("\(row)")) } catch {
      if [.unavailable, .cancelled].contains(error.code) { refused.remove(operation) }
      logger.warning("An operation that cannot be read is still pending", metadata: ["failure": "\(error)"])
    }
  }
}
