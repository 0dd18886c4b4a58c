/// Calls without a result and requests without a decision, and what ends them without one: the turn's end, and the end of
/// the runtime they belonged to. One rule for those who write a history and for those who show one.
package struct OpenEnds: Sendable {
  package struct Entry: Sendable, Hashable {
    package var seq: Int64
    /// `toolCall` or `approvalRequest`.
    package var kind: EventKind
    package var callID: String
    package var parentCallID: String?
    package var name: String?
    package var since: Timestamp
  }

  /// Why something ended unanswered.
  package enum Cause: Sendable, Hashable {
    /// The process that asked is gone.
    case runtime
    /// Its turn is over.
    case turn
    /// Nothing runs any more; told of no event.
    case session
  }

  private let most: Int
  private var calls: [String: Entry] = [:]
  private var requests: [String: Entry] = [:]

  /// Of each kind the newest `most` are kept: an agent may open more than anybody can close.
  package init(most: Int = 256) { self.most = most }

  /// What ends unanswered with this event, oldest first.
  package func ended(by content: EventDraft) -> (cause: Cause, entries: [Entry])? {
    guard let cause = Self.cause(content) else { return nil }
    let all = [calls, requests].flatMap(\.values).sorted { $0.seq < $1.seq }
    // What a sub-agent began may go on when its parent's turn is over.
    let entries = cause == .runtime ? all : all.filter { $0.parentCallID == nil }
    return entries.isEmpty ? nil : (cause, entries)
  }

  /// Between what was taken and what comes, calls and results were left out.
  package mutating func skip() { calls = [:] }

  package mutating func take(_ event: Event) {
    let content = event.content
    for entry in ended(by: content)?.entries ?? [] { forget(entry) }
    // One that is longer joins nothing.
    guard let id = content.callID, id.utf8.count <= ClaimLimit.id else { return }
    switch content.kind {
    case .toolCall: Self.keep(entry(event, id), in: &calls, most: most)
    case .approvalRequest: Self.keep(entry(event, id), in: &requests, most: most)
    case .toolResult: calls[id] = nil
    case .approvalDecision: requests[id] = nil
    default: break
    }
  }

  private static func cause(_ content: EventDraft) -> Cause? {
    switch (content.kind, content.name) {
    case (.lifecycle, "runner.started"?), (.lifecycle, "runtime.started"?), (.lifecycle, "runtime.resumed"?),
      (.lifecycle, "runtime.exited"?):
      .runtime
    case (.result, _) where content.parentCallID == nil: .turn
    default: nil
    }
  }

  private func entry(_ event: Event, _ id: String) -> Entry {
    Entry(
      seq: event.seq, kind: event.kind, callID: id,
      parentCallID: event.content.parentCallID?.bounded(toBytes: ClaimLimit.id),
      name: event.content.name?.bounded(toBytes: 800), since: event.time)
  }

  private static func keep(_ entry: Entry, in entries: inout [String: Entry], most: Int) {
    if entries[entry.callID] == nil, entries.count >= most,
      let oldest = entries.values.min(by: { $0.seq < $1.seq })
    {
      entries[oldest.callID] = nil
    }
    entries[entry.callID] = entry
  }

  private mutating func forget(_ entry: Entry) {
    if entry.kind == .toolCall { calls[entry.callID] = nil } else { requests[entry.callID] = nil }
  }
}

extension OpenEnds.Entry {
  /// The event that closes it.
  package func closing(_ cause: OpenEnds.Cause, at time: Timestamp) -> EventDraft {
    let isRequest = kind == .approvalRequest
    let word = cause == .runtime ? "lost" : "withdrawn"
    return EventDraft(
      isRequest ? .approvalDecision : .toolResult, cause.sentence(isRequest: isRequest), callID: callID,
      parentCallID: parentCallID, name: isRequest ? nil : name, isError: !isRequest,
      duration: isRequest ? nil : Milliseconds(seconds: time.seconds(since: since)),
      detail: isRequest ? ["verdict": .string(word)] : ["ended": .string(word)])
  }
}

extension OpenEnds.Cause {
  package func sentence(isRequest: Bool) -> String {
    switch self {
    case .runtime: "Lost with the runtime"
    case .session: isRequest ? "The session ended without an answer" : "The session ended without its result"
    case .turn: isRequest ? "The turn ended without an answer" : "The turn ended without its result"
    }
  }
}
