import ControlModel

/// Tool calls without a result: what they are, for approvals and for results that a stopped turn never gives. Of more than
/// are followed the oldest have no result of their own then; how many, is said.
struct CodexOpenCalls: Sendable {
  /// Bytes that are kept of what a call does: what an approval of it shows.
  private static let longestText = 16 << 10

  private struct Call: Sendable {
    var draft: EventDraft
    var since: Timestamp
  }

  private var calls = NewestEntries<String, Call>(limit: ClaimLimit.openCalls)
  private var unnamed: Count = 0

  mutating func begin(_ draft: EventDraft, at time: Timestamp) {
    guard let id = draft.callID, id.utf8.count <= ClaimLimit.id else { return unnamed += 1 }
    let kept = EventDraft(
      draft.kind, draft.text.bounded(toBytes: Self.longestText), callID: id,
      parentCallID: draft.parentCallID?.bounded(toBytes: ClaimLimit.id),
      name: draft.name?.bounded(toBytes: ClaimLimit.id))
    calls[id] = Call(draft: kept, since: time)
  }

  subscript(_ callID: String?) -> EventDraft? { callID.flatMap { calls[$0]?.draft } }

  /// How long ago the call was; `nil` for a result without a call.
  mutating func end(_ callID: String?, at time: Timestamp) -> Milliseconds? {
    callID.flatMap { calls.removeValue(forKey: $0) }.map { Milliseconds(seconds: time.seconds(since: $0.since)) }
  }

  /// Results for the calls of a stopped turn: Codex says nothing more about them.
  mutating func stop(at time: Timestamp) -> [EventDraft] {
    defer { forget() }
    let results = calls.keys.compactMap { calls[$0] }.map { call in
      EventDraft(
        .toolResult, "Stopped with the turn", callID: call.draft.callID, parentCallID: call.draft.parentCallID,
        name: call.draft.name, isError: true, duration: Milliseconds(seconds: time.seconds(since: call.since)))
    }
    let others = calls.forgotten + unnamed
    guard others > 0 else { return results }
    let text = "Up to \(others) further calls may have been stopped with the turn: \(ClaimLimit.openCalls) are followed"
    return results + [EventDraft(.lifecycle, text, name: "codex.calls", isError: true)]
  }

  mutating func forget() {
    calls.removeAll()
    unnamed = 0
  }
}
