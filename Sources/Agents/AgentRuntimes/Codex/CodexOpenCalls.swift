import ControlModel

/// Tool calls without a result: what they are, for approvals and for results that a stopped turn never gives.
struct CodexOpenCalls: Sendable {
  private var calls: [(draft: EventDraft, since: Timestamp)] = []

  mutating func begin(_ draft: EventDraft, at time: Timestamp) {
    calls.append((draft, time))
  }

  subscript(_ callID: String?) -> EventDraft? { calls.first { $0.draft.callID == callID }?.draft }

  /// How long ago the call was; `nil` for a result without a call.
  mutating func end(_ callID: String?, at time: Timestamp) -> Milliseconds? {
    guard let index = calls.firstIndex(where: { $0.draft.callID == callID }) else { return nil }
    return Milliseconds(seconds: time.seconds(since: calls.remove(at: index).since))
  }

  /// Results for the calls of a stopped turn: Codex says nothing more about them.
  mutating func stop(at time: Timestamp) -> [EventDraft] {
    defer { calls = [] }
    return calls.map { call in
      EventDraft(
        .toolResult, "Stopped with the turn", callID: call.draft.callID, parentCallID: call.draft.parentCallID,
        name: call.draft.name, isError: true, duration: Milliseconds(seconds: time.seconds(since: call.since)))
    }
  }

  mutating func forget() {
    calls = []
  }
}
