package import ControlModel

extension ClaudeCodeDriver {
  package mutating func receive(
    _ line: [UInt8], from stream: RuntimeStream, at time: Timestamp
  ) -> [RuntimeAction] {
    guard stream == .standardOutput else { return [.emit(diagnostic(line))] }
    switch RawRecord.read(line) {
    case .object(let record): return take(record, line, at: time)
    case .value: return [.emit(mistake("it is JSON, but not an object", line, raw: line))]
    case .broken(let error): return [.emit(mistake("\(error)", line, raw: RawRecord.quoting(line)))]
    }
  }

  private mutating func diagnostic(_ line: [UInt8]) -> EventDraft {
    let text = String(decoding: line, as: UTF8.self)
    if phase == .starting { _ = conversation.noteFault(text) }
    return EventDraft(.output, text, name: "stderr", raw: RawRecord.quoting(line))
  }

  private func mistake(_ problem: String, _ line: [UInt8], raw: [UInt8]) -> EventDraft {
    EventDraft(
      .error,
      "A line on \(Self.program)'s standard output is no record: \(problem). The line: \(RawRecord.excerpt(line))",
      name: "runtime.record", isError: true, raw: raw)
  }

  private mutating func take(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    switch record["type"]?.stringValue {
    case "assistant": return assistant(record, line, at: time)
    case "user": return user(record, line, at: time)
    case "result": return result(record, line, at: time)
    case "system": return system(record, line)
    case "command_lifecycle": return messageState(record, line, at: time)
    case "control_request": return controlRequest(record, line, at: time)
    case "control_response": return controlResponse(record, line)
    case "control_cancel_request": return controlCancel(record, line)
    default: return [.emit(ClaudeNotice.other(record, line))]
    }
  }

  private mutating func assistant(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    let started = start()
    conversation.isStored = true
    openUsage.note(line)
    return started
      + ClaudeContent.assistant(record).bearing(raw: line).map { draft in
        if draft.kind == .toolCall, let id = draft.callID { calls.begin(id, name: draft.name, at: time) }
        if draft.parentCallID == nil { isInTurn = true }
        return .emit(draft)
      }
  }

  private mutating func user(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    if record["isReplay"]?.boolValue == true { return start() + [.emit(replayed(record, line))] }
    return ClaudeContent.toolResults(record).bearing(raw: line).flatMap { draft in
      var draft = draft
      guard draft.kind == .toolResult, let id = draft.callID else { return [RuntimeAction.emit(draft)] }
      if let call = calls.end(id, at: time) {
        draft.name = call.name
        draft.duration = call.duration
      }
      // A call can end without its decision: an interrupt, a hook.
      let withdrawn = approvals.withdraw(callID: id).map { [RuntimeAction.emit($0)] } ?? []
      return withdrawn + [.emit(draft)]
    }
  }

  /// The `user` event was made when the message was sent; this is Claude Code's receipt.
  private mutating func replayed(_ record: JSONObject, _ line: [UInt8]) -> EventDraft {
    conversation.isStored = true
    return EventDraft(
      .lifecycle, "\(Self.program) took the message", name: "runtime.message",
      messageID: record["uuid"]?.stringValue, detail: ["state": "taken"], raw: line)
  }

  private mutating func messageState(
    _ record: JSONObject, _ line: [UInt8], at time: Timestamp
  ) -> [RuntimeAction] {
    let id = record["command_uuid"]?.stringValue ?? ""
    var state = record["state"]?.stringValue ?? ""
    if resumption.hear(id, state) {
      state = "cut off"
    } else if state == "completed" || state == "cancelled" {
      messages.answer(id)
    }
    let event = EventDraft(
      .lifecycle, "The message is \(state)", name: "runtime.message", messageID: id, detail: ["state": .string(state)],
      raw: line)
    return start() + [.emit(event)] + nudge(at: time)
  }

  /// Asks to go on with a turn that a dead process left behind.
  private mutating func nudge(at time: Timestamp) -> [RuntimeAction] {
    guard resumption.needsNudge else { return [] }
    resumption.nudged()
    isInTurn = true
    let text = "You were restarted in the middle of your work. Go on from where you were."
    let event = EventDraft(
      .lifecycle, "The turn was cut off; \(Self.program) was asked to go on", name: "runtime.continued")
    return [.emit(event), .write(ClaudeInput.message(id: OperationID.make(at: time).text, text: text))]
  }
}

extension EventDraft {
  func with(raw: [UInt8]) -> EventDraft {
    var draft = self
    draft.raw = raw
    return draft
  }
}

extension RuntimeAction {
  /// The record that the event of this kind was read from.
  func with(raw: [UInt8], on kind: EventKind) -> RuntimeAction {
    guard case .emit(let draft) = self, draft.kind == kind else { return self }
    return .emit(draft.with(raw: raw))
  }
}
