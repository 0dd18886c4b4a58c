package import ControlModel

extension ExecDriver {
  package mutating func receive(
    _ line: [UInt8], from stream: RuntimeStream, at time: Timestamp
  ) -> [RuntimeAction] {
    isInterrupted = false
    if !marksTurns { unasked.mayHaveBegun(at: time) }
    guard stream == .standardOutput, line.first == UInt8(ascii: "{") else { return [.emit(plain(line, stream))] }
    guard case .object(let object) = RawRecord.read(line) else {
      // Programs print braces that are no JSON; that is output, not a mistake.
      return [.emit(plain(line, stream))]
    }
    guard object["kind"] != nil else { return [.emit(unlabelled(object, line))] }
    var record = ExecRecord(object)
    let draft = event(from: &record, at: time)
    if let problem = record.problem { return [.emit(mistake(problem, line))] }
    guard var draft else {
      return [.emit(mistake("the kind '\(record.kind)' is not one that a command may print", line))]
    }
    draft.raw = line
    return [.emit(draft)] + takeIn(draft, at: time)
  }

  private func plain(_ line: [UInt8], _ stream: RuntimeStream) -> EventDraft {
    let isError = stream == .standardError
    return EventDraft(
      .output, String(decoding: line, as: UTF8.self), name: isError ? "stderr" : nil, raw: RawRecord.quoting(line))
  }

  /// Someone else's JSON: shown by the member that most likely says something to people.
  private func unlabelled(_ object: JSONObject, _ line: [UInt8]) -> EventDraft {
    let text = ["text", "message", "msg", "content"].lazy.compactMap { object[$0]?.stringValue }.first
    return EventDraft(.output, text ?? String(decoding: line, as: UTF8.self), raw: line)
  }

  private func mistake(_ problem: String, _ line: [UInt8]) -> EventDraft {
    EventDraft(
      .error, "A line of the command is no event: \(problem). The line: \(RawRecord.excerpt(line))",
      name: "runtime.record", isError: true, raw: line)
  }

  private func event(from record: inout ExecRecord, at time: Timestamp) -> EventDraft? {
    switch record.kind {
    case "assistant": return EventDraft(.assistant, record.required("text"), messageID: record.optional("messageID"))
    case "thinking": return EventDraft(.thinking, record.required("text"))
    case "output": return EventDraft(.output, record.required("text"))
    case "error": return EventDraft(.error, record.required("text"), isError: true)
    case "tool.call": return record.call(.toolCall)
    case "tool.result": return result(of: &record, at: time)
    case "approval.request": return record.call(.approvalRequest)
    case "result": return record.turnResult()
    case "hello": return hello(&record)
    default: return nil
    }
  }

  private func result(of record: inout ExecRecord, at time: Timestamp) -> EventDraft {
    var draft = record.call(.toolResult)
    let call = draft.callID.flatMap { openCalls[$0] }
    draft.name = draft.name ?? call?.name
    draft.isError = record.flag("isError")
    record.takeDuration(into: &draft)
    draft.duration = draft.duration ?? call.map { Milliseconds(seconds: time.seconds(since: $0.since)) }
    return draft
  }

  private func hello(_ record: inout ExecRecord) -> EventDraft {
    let word = record.optional("input") ?? "text"
    if word != "text" && word != "json" { record.fail("input", "must be 'text' or 'json'") }
    return EventDraft(
      .lifecycle, "The command reads messages as \(word == "json" ? "JSON" : "text")", name: "runtime.hello",
      detail: ["input": .string(word)])
  }

  /// What an event changes in the driver, and what the command is answered.
  private mutating func takeIn(_ draft: EventDraft, at time: Timestamp) -> [RuntimeAction] {
    switch draft.kind {
    case .assistant, .thinking: unasked.begin()
    case .toolCall: if let id = draft.callID { openCalls.begin(id, name: draft.name ?? "tool", at: time) }
    case .toolResult: if let id = draft.callID { _ = openCalls.end(id, at: time) }
    case .approvalRequest: return draft.callID.map { ask($0, at: time) } ?? []
    case .result:
      marksTurns = true
      messages.answerAll()
      openApprovals = []
      openCalls.forget()
      unasked.end()
    case .lifecycle where draft.name == "runtime.hello": return switchInput(to: draft.detail["input"]?.stringValue)
    default: break
    }
    return []
  }

  /// What nobody can answer is answered at once: the command must not wait for ever.
  private mutating func ask(_ call: String, at time: Timestamp) -> [RuntimeAction] {
    guard !openApprovals.contains(call) else { return [] }
    if let refusal = ApprovalRefusal(openRequests: openApprovals.count, bytes: 0, callID: call) {
      let decision = ApprovalDecision.refusal(of: call, refusal.reason, at: time)
      return [.emit(.refusal(decision)), .write(answer(decision))]
    }
    openApprovals.append(call)
    return []
  }

  /// Messages that went out before the command said how it reads them are sent again in its own form.
  private mutating func switchInput(to word: String?) -> [RuntimeAction] {
    marksTurns = true
    unasked.end()
    let wasText = input == .text
    input = word == "json" ? .json : .text
    guard wasText, input == .json else { return [] }
    return messages.unanswered.map { .write(line(for: $0)) }
  }
}
