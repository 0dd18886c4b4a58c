/// What an event is; the raw values are stored and printed.
package enum EventKind: String, Sendable, Hashable, CaseIterable {
  /// Runner started, runtime started, resumed, exited and how.
  case lifecycle
  case user
  case assistant
  case thinking
  case toolCall = "tool.call"
  case toolResult = "tool.result"
  case approvalRequest = "approval.request"
  case approvalDecision = "approval.decision"
  /// The end of a turn: tokens, cost, duration, stop reason.
  case result
  case error
  /// Plain lines of an `exec` runtime, and a runtime's diagnostics.
  case output
}

/// What an agent did, before the runner gives it a number and a time.
package struct EventDraft: Sendable, Hashable {
  package var kind: EventKind
  /// The event as people read it: the message, the command, the result. Never sanitised here; screens do that.
  package var text: String
  /// Joins a `tool.result` or an `approval.*` to its `tool.call`, and an `approval.decision` to its request.
  package var callID: String?
  /// The call of the parent agent that a sub-agent's event belongs to.
  package var parentCallID: String?
  /// The tool's name on calls, results and approvals; the step's name on `lifecycle` (`runner.started`,
  /// `runtime.started`, `runtime.resumed`, `runtime.exited`, …).
  package var name: String?
  /// A failed tool, turn or exit.
  package var isError: Bool
  /// The message of the conversation this belongs to; on `user` the operation's id.
  package var messageID: String?
  /// What this event adds to the session's totals; each token is counted on exactly one event.
  package var usage: TokenUsage? {
    didSet { tellDisbelief() }
  }
  /// What this event adds to the session's cost.
  package var cost: USD?
  /// Of the turn on `result`, of the tool on `tool.result`.
  package var duration: Milliseconds?
  /// Everything else worth keeping in a fixed form: stop reason, model, runtime session id, approval options, exit status.
  package var detail: JSONObject
  /// The runtime's own record, byte for byte: one valid JSON value. A line that is not JSON stands here as a JSON
  /// string, and one that is not even UTF-8 as `{"base64": "…"}`. Empty on events the runner makes itself.
  package var raw: [UInt8]

  package init(
    _ kind: EventKind, _ text: String, callID: String? = nil, parentCallID: String? = nil, name: String? = nil,
    isError: Bool = false, messageID: String? = nil, usage: TokenUsage? = nil, cost: USD? = nil,
    duration: Milliseconds? = nil, detail: JSONObject = [:], raw: [UInt8] = []
  ) {
    self.kind = kind
    self.text = text
    self.callID = callID
    self.parentCallID = parentCallID
    self.name = name
    self.isError = isError
    self.messageID = messageID
    self.usage = usage
    self.cost = cost
    self.duration = duration
    self.detail = detail
    self.raw = raw
    tellDisbelief()
  }
}

extension EventDraft {
  /// In bytes of a journal, without writing it down: text and record are nearly all of it.
  package var approximateSize: Int { 100 + text.utf8.count + raw.count }

  /// Claims of the record that count as unknown because nobody believes them, such as `usage.input -1`.
  package var disbelief: Disbelief { Disbelief(detail: detail) }

  package mutating func tell(_ disbelief: Disbelief) {
    guard !disbelief.isEmpty else { return }
    var all = self.disbelief
    all.note(disbelief)
    detail[Disbelief.member] = .array(all.claims.map(JSONValue.string))
  }

  private mutating func tellDisbelief() {
    guard let told = usage?.disbelief, !told.isEmpty else { return }
    tell(told)
    usage?.disbelief = Disbelief()
  }
}

/// One numbered entry of a session.
package struct Event: Sendable, Hashable {
  /// From 1, without gaps; given by the runner and never changed.
  @EventNumber package var seq: Int64
  package var time: Timestamp
  package var content: EventDraft

  package init(seq: Int64, time: Timestamp, content: EventDraft) {
    self.seq = seq
    self.time = time
    self.content = content
  }

  package var kind: EventKind { content.kind }
  package var text: String { content.text }
}
