package import ControlModel

extension ClaudeCodeDriver {
  mutating func result(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    let text = ClaudeResult(record).text
    if phase == .starting, conversation.noteFault(text) != nil {
      return [.emit(EventDraft(.error, text, name: "runtime.start", isError: true, raw: line))]
    }
    isInTurn = false
    openUsage.forget()
    let spent = totals.add(record)
    cost += spent.cost ?? 0
    if isStopping, ClaudeResult(record).isInterrupted { return [.emit(cutOff(spent, line)), .closeInput] }
    relaunches.succeed()
    approvals.forget()
    let answered = answer(record)
    var draft = ClaudeResult(record).event(spent)
    draft.detail["messages"] = .array(answered.map(JSONValue.string))
    draft.raw = line
    let end: [RuntimeAction] = isStopping && messages.unanswered.isEmpty ? [.closeInput] : []
    return start() + [.emit(draft)] + end
  }

  /// The runner's end, and no answer: what it cost counts all the same.
  private func cutOff(_ spent: TurnSpending, _ line: [UInt8]) -> EventDraft {
    EventDraft(
      .lifecycle, "The turn was cut off by the end of its runner", name: Self.cutOff, usage: spent.usage,
      cost: spent.cost, raw: line)
  }

  static let cutOff = "runtime.cut"

  /// Takes the messages that a result answers off the list. Claude Code before 2.1.330 does not name them: there a
  /// result answers all that came before it.
  @discardableResult
  mutating func answer(_ record: JSONObject) -> [String] {
    let before = messages.unanswered.map(\.id.text)
    messages.answer(resumption.finish())
    let named = record["user_message_uuids"]?.arrayValue?.compactMap(\.stringValue)
    if let named {
      messages.answer(Set(named))
    } else if record["result_index"] == nil {
      messages.answerAll()
    }
    let after = Set(messages.unanswered.map(\.id.text))
    return before.filter { !after.contains($0) }
  }
}

/// A `result` record: the end of a turn.
package struct ClaudeResult {
  private let record: JSONObject

  package init(_ record: JSONObject) {
    self.record = record
  }

  var isInterrupted: Bool { record["terminal_reason"]?.stringValue?.hasPrefix("aborted") ?? false }
  /// `subtype` says `success` for an API error, too.
  private var isError: Bool { record["is_error"]?.boolValue ?? false }

  var text: String {
    if isInterrupted { return "Interrupted" }
    if let text = record["result"]?.stringValue { return text }
    let errors = record["errors"]?.arrayValue?.compactMap(\.stringValue) ?? []
    if !errors.isEmpty { return errors.joined(separator: "\n") }
    let subtype = record["subtype"]?.stringValue ?? "no reason given"
    return subtype == "error_max_budget_usd" ? "The budget is spent" : subtype
  }

  package func event(_ added: TurnSpending) -> EventDraft {
    var disbelief = added.disbelief
    var draft = EventDraft(
      .result, text, isError: isError && !isInterrupted, usage: added.usage, cost: added.cost,
      duration: disbelief.take("duration_ms", record["duration_ms"]))
    draft.tell(disbelief)
    let reason = record["stop_reason"]?.stringValue ?? record["terminal_reason"]?.stringValue
    draft.detail["stopReason"] = .string(isInterrupted ? "interrupted" : reason ?? "unknown")
    draft.detail["subtype"] = record["subtype"]
    draft.detail["rounds"] = record["num_turns"]
    if let models = record["modelUsage"]?.objectValue?.members.map(\.name), !models.isEmpty {
      draft.detail["models"] = .array(models.map(JSONValue.string))
    }
    return draft
  }
}
