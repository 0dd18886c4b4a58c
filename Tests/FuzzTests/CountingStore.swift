import BoundedYAML
import ControlModel
import Synchronization

/// Sums up what is imported, as the real store does.
final class CountingStore: TranscriptStore {
  private let state = Mutex((events: 0, projection: SessionProjection()))

  var events: Int { state.withLock { $0.events } }
  var projection: SessionProjection { state.withLock { $0.projection } }

  func beginImport(
    of source: String, into team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure) -> OperationID { .make(at: .now()) }

  func finishImport(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure) {}

  func importTranscript(
    _ transcript: ImportedTranscript, events: [ImportedEvent]
  ) async throws(ControlFailure) -> ImportCount {
    state.withLock { state in
      for event in events {
        state.projection.apply(Event(seq: state.projection.lastSeq + 1, time: event.time, content: event.content))
      }
      state.events += events.count
      return ImportCount(
        session: .make(at: transcript.createdAt), isNewSession: false, added: events.count, duplicates: 0)
    }
  }
}

extension DeclaredValue {
  /// As the command line makes one of a file.
  init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _):
      let value: JSONValue =
        switch node.meaning ?? .text {
        case .null: .null
        case .flag(let flag): .bool(flag)
        case .integer(let digits), .number(let digits): .number(digits)
        case .text: .string(text)
        }
      self.init(.scalar(text: text, value: value), line: node.line)
    case .list(let nodes): self.init(.list(nodes.map { DeclaredValue($0) }), line: node.line)
    case .map(let members):
      self.init(.map(members.map { Member(name: $0.name, value: DeclaredValue($0.value)) }), line: node.line)
    }
  }
}
