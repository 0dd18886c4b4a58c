package import ControlModel

/// What the transcript shows as one thing: an event, or a tool call with its result.
package struct TranscriptItem: Sendable, Hashable {
  package let entry: TranscriptEntry
  package var result: TranscriptEntry?
  package var decision: TranscriptEntry?
  /// Why no answer will come, where none has: histories of earlier releases do not close what they left open.
  package var ended: OpenEnds.Cause?

  package init(_ entry: TranscriptEntry) { self.entry = entry }

  package var seq: Int64 { entry.seq }
  package var kind: EventKind { entry.kind }
  package var callID: String? { entry.event.content.callID }

  package var isUserTurn: Bool { kind == .user }

  package var isToolError: Bool {
    switch kind {
    case .toolCall: result?.event.content.isError ?? (ended == .runtime)
    case .toolResult: entry.event.content.isError
    case .error: true
    default: false
    }
  }

  /// Shown as one line until it is opened.
  package var isFoldable: Bool {
    switch kind {
    case .toolCall, .toolResult, .thinking: true
    default: false
    }
  }

  package func contains(_ seq: Int64) -> Bool {
    entry.seq == seq || result?.seq == seq || decision?.seq == seq
  }

  /// Folded text counts too.
  package func contains(_ search: TextSearch) -> Bool {
    [entry, result, decision].contains { part in
      guard let content = part?.event.content else { return false }
      return search.isFound(in: content.text) || content.name.map(search.isFound) ?? false
    }
  }
}
