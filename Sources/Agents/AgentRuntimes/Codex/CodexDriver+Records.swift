package import ControlModel

extension CodexDriver {
  package mutating func receive(
    _ line: [UInt8], from stream: RuntimeStream, at time: Timestamp
  ) -> [RuntimeAction] {
    guard stream == .standardOutput else {
      return [
        .emit(EventDraft(.output, String(decoding: line, as: UTF8.self), name: "stderr", raw: RawRecord.quoting(line)))
      ]
    }
    switch RawRecord.read(line) {
    case .object(let record): return take(record, line, at: time)
    case .value: return [.emit(mistake("it is JSON, but not an object", line, raw: line))]
    case .broken(let error): return [.emit(mistake("\(error)", line, raw: RawRecord.quoting(line)))]
    }
  }

  private func mistake(_ problem: String, _ line: [UInt8], raw: [UInt8]) -> EventDraft {
    EventDraft(
      .error,
      "A line on \(Self.program)'s standard output is no record: \(problem). The line: \(RawRecord.excerpt(line))",
      name: "runtime.record", isError: true, raw: raw)
  }

  private mutating func take(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    guard let method = record["method"]?.stringValue else {
      guard record["result"] != nil || record["error"] != nil else { return [.emit(CodexNotice.unknown(record, line))] }
      return response(record, line, at: time)
    }
    let parameters = record["params"]?.objectValue ?? [:]
    if let id = record["id"] { return request(id, method, parameters, line, at: time) }
    switch method {
    case "turn/started": return turnStarted(parameters, line)
    case "turn/completed": return turnCompleted(parameters, line, at: time)
    case "item/started": return itemStarted(parameters, line, at: time)
    case "item/completed": return itemCompleted(parameters, line, at: time)
    case "thread/tokenUsage/updated": return [.emit(usage(parameters, line))]
    case "serverRequest/resolved": return resolved(parameters, line)
    // Pieces of what a later record tells whole; Codex was asked not to send them, and an older one does all the same.
    case _ where CodexNotice.unwanted.contains(method): return []
    default: return [.emit(CodexNotice.event(method, parameters, record, line))]
    }
  }

  // MARK: Requests of the app-server

  private mutating func request(
    _ id: JSONValue, _ method: String, _ parameters: JSONObject, _ line: [UInt8], at time: Timestamp
  ) -> [RuntimeAction] {
    guard CodexApprovals.methods.contains(method) else {
      let text = "\(Self.program) asks for '\(method)', which Paddock does not offer"
      return [
        .emit(EventDraft(.lifecycle, text, name: "runtime.control", raw: line)),
        .write(CodexOutput.refusal(of: id, "'\(method)' is not supported here")),
      ]
    }
    let call = calls[parameters["itemId"]?.stringValue]
    return approvals.ask(id, method, parameters, size: line.count, of: call, at: time).map { action in
      guard case .emit(var draft) = action, draft.kind == .approvalRequest else { return action }
      draft.parentCallID = parent(parameters)
      return .emit(draft.with(raw: line))
    }
  }

  private mutating func resolved(_ parameters: JSONObject, _ line: [UInt8]) -> [RuntimeAction] {
    let withdrawn = approvals.withdraw(parameters["requestId"] ?? .null)
    guard withdrawn.isEmpty else { return withdrawn.bearing(raw: line).map(RuntimeAction.emit) }
    return [.emit(EventDraft(.lifecycle, "\(Self.program) took the answer", name: "runtime.control", raw: line))]
  }

  // MARK: Turns

  /// A sub-agent's call; `nil` for the thread that is the session's own.
  private func parent(_ parameters: JSONObject) -> String? {
    guard let id = parameters["threadId"]?.stringValue, let thread, id != thread else { return nil }
    return subThreads[id] ?? id
  }

  private mutating func turnStarted(_ parameters: JSONObject, _ line: [UInt8]) -> [RuntimeAction] {
    let parent = parent(parameters)
    let event = EventDraft(.lifecycle, "A turn begins", parentCallID: parent, name: "runtime.turn", raw: line)
    guard parent == nil else { return [.emit(event)] }
    turn = parameters["turn"]?["id"]?.stringValue
    return isInterruptDue ? [.emit(event), interruptTurn()] : [.emit(event)]
  }

  private mutating func turnCompleted(
    _ parameters: JSONObject, _ line: [UInt8], at time: Timestamp
  ) -> [RuntimeAction] {
    let ended = CodexTurn(parameters["turn"]?.objectValue ?? [:])
    if let parent = parent(parameters) {
      let text = "A sub-agent's turn has ended: \(ended.status)"
      return [.emit(EventDraft(.lifecycle, text, parentCallID: parent, name: "codex.turn", raw: line))]
    }
    turn = nil
    isInterruptDue = false
    if isStopping, ended.status == "interrupted" { return [.emit(cutOff(line)), .closeInput] }
    relaunches.succeed()
    let withdrawn = approvals.withdraw(nil)
    let stopped = ended.status == "completed" ? [] : calls.stop(at: time)
    let ids = taken.sorted()
    answer(ids)
    taken = []
    let result = ended.event(answering: ids).with(raw: line)
    let end: [RuntimeAction] = isStopping && messages.unanswered.isEmpty ? [.closeInput] : []
    return (withdrawn + stopped + [result]).map(RuntimeAction.emit) + resend(after: ended.status) + end
  }

  /// The runner's end, and no answer: the next runner finds the turn unfinished in the history.
  private func cutOff(_ line: [UInt8]) -> EventDraft {
    EventDraft(.lifecycle, "The turn was cut off by the end of its runner", name: "runtime.cut", raw: line)
  }

  /// Codex forgets what it was given in a turn and did not get to before an interrupt.
  private mutating func resend(after status: String) -> [RuntimeAction] {
    let forgotten = messages.unanswered.filter { sent.contains($0.id.text) }
    guard status == "interrupted" else { return [] }
    return forgotten.map { deliver($0) }
  }

  // MARK: Items

  private mutating func itemStarted(
    _ parameters: JSONObject, _ line: [UInt8], at time: Timestamp
  ) -> [RuntimeAction] {
    let item = parameters["item"]?.objectValue ?? [:]
    return items.started(item).map { draft in
      var draft = draft.with(raw: line)
      draft.parentCallID = parent(parameters)
      if draft.kind == .toolCall { calls.begin(draft, at: time) }
      // Its text comes when it is complete.
      if draft.kind == .lifecycle { draft.text = "\(item["type"]?.stringValue ?? "An item") begins" }
      return .emit(draft)
    }
  }

  private mutating func itemCompleted(
    _ parameters: JSONObject, _ line: [UInt8], at time: Timestamp
  ) -> [RuntimeAction] {
    let item = parameters["item"]?.objectValue ?? [:]
    isStored = true
    let type = CodexItems.type(item)
    if type == "usermessage" { return [.emit(userMessage(item, parent(parameters), line))] }
    if type.hasPrefix("collab"), let call = item["id"]?.stringValue {
      for child in item["receiverThreadIds"]?.arrayValue ?? [] { note(child.stringValue ?? "", of: call) }
    }
    return items.completed(item).map { draft in
      var draft = draft.with(raw: line)
      draft.parentCallID = parent(parameters)
      if draft.kind == .toolResult {
        let elapsed = calls.end(draft.callID, at: time)
        draft.duration = draft.duration ?? elapsed
      }
      return .emit(draft)
    }
  }

  private mutating func note(_ thread: String, of call: String) {
    guard thread.utf8.count <= ClaimLimit.id, call.utf8.count <= ClaimLimit.id else { return }
    subThreads[thread] = call
  }

  /// The `user` event was made when the message was sent; this is Codex's receipt.
  private mutating func userMessage(_ item: JSONObject, _ parent: String?, _ line: [UInt8]) -> EventDraft {
    guard parent == nil, let id = item["clientId"]?.stringValue, messages.contains(id) else {
      let text = items.completed(item).first?.text ?? ""
      return EventDraft(.lifecycle, text, parentCallID: parent, name: "runtime.note", raw: line)
    }
    sent.remove(id)
    taken.insert(id)
    return EventDraft(
      .lifecycle, "\(Self.program) took the message", name: "runtime.message", messageID: id,
      detail: ["state": "taken"], raw: line)
  }

  // MARK: Usage

  private mutating func usage(_ parameters: JSONObject, _ line: [UInt8]) -> EventDraft {
    let isOwn = parent(parameters) != nil || parameters["turnId"]?.stringValue == turn
    let added = add(parameters, isOwn: isOwn)
    let total = parameters["tokenUsage"]?["total"]?["totalTokens"]?.text ?? "?"
    return EventDraft(
      .lifecycle, "\(total) tokens used", parentCallID: parent(parameters), name: "codex.usage", usage: added, raw: line
    )
  }

  /// What the record of a thread's total adds.
  mutating func add(_ parameters: JSONObject, isOwn: Bool) -> TokenUsage? {
    let id = (parameters["threadId"]?.stringValue ?? "").bounded(toBytes: ClaimLimit.id)
    var total = totals.removeValue(forKey: id) ?? CodexTotals()
    // The thread that spoke last is the newest.
    defer { totals[id] = total }
    return total.add(parameters, isOwn: isOwn)
  }
}
