import ControlModel
import Synchronization

/// Keeps what an import hands over as the real store does: each key once in a session, in order.
final class MemoryStore: TranscriptStore {
  struct Session: Sendable {
    var id: SessionID
    var transcript: ImportedTranscript
    var keys: Set<String> = []
    var events: [ImportedEvent] = []
  }

  private let sessions = Mutex<[String: Session]>([:])

  func beginImport(
    of source: String, into team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperationID {
    OperationID.make(at: .now())
  }

  func finishImport(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure) {}

  func importTranscript(
    _ transcript: ImportedTranscript, events: [ImportedEvent]
  ) async throws(ControlFailure) -> ImportCount {
    let name = "\(transcript.runtime.rawValue) \(transcript.runtimeSessionID)"
    return sessions.withLock { sessions in
      let isNew = sessions[name] == nil
      var session = sessions[name] ?? Session(id: .make(at: transcript.createdAt), transcript: transcript)
      if !transcript.title.isEmpty { session.transcript.title = transcript.title }
      session.transcript.createdAt = min(session.transcript.createdAt, transcript.createdAt)
      let added = events.filter { session.keys.insert($0.key).inserted }
      session.events += added
      sessions[name] = session
      return ImportCount(
        session: session.id, isNewSession: isNew, added: added.count, duplicates: events.count - added.count)
    }
  }

  var all: [Session] { sessions.withLock { Array($0.values) } }
  var raws: Set<[UInt8]> { Set(all.flatMap { $0.events.map(\.content.raw) }) }

  /// The only session.
  var only: Session? { all.count == 1 ? all.first : nil }
}
