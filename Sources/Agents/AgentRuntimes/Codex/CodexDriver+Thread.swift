import ControlModel

extension CodexDriver {
  /// Turns of which the history is asked for, newest first. Unanswered messages are in the last of them.
  private static let historyLimit: Int64 = 50

  /// Starts a thread, or resumes the one there is.
  mutating func open() -> RuntimeAction {
    var parameters: JSONObject = [
      "cwd": .string(configuration.workingDirectory),
      // `on-request` asks only to leave Codex's own sandbox, which is switched off: the jail around it is ours.
      "approvalPolicy": configuration.permissions == .bypass ? "never" : "untrusted",
      "sandbox": "danger-full-access",
    ]
    if let prompt = configuration.prompt, !prompt.isEmpty { parameters["developerInstructions"] = .string(prompt) }
    guard let thread else { return .write(CodexOutput.request("thread/start", id: "start", parameters)) }
    parameters["threadId"] = .string(thread)
    parameters["excludeTurns"] = true
    return .write(CodexOutput.request("thread/resume", id: "resume", parameters))
  }

  /// What the app-server answers to a request of ours.
  mutating func response(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    let id = record["id"]?.stringValue ?? ""
    let error = record["error"].map { $0["message"]?.stringValue ?? $0.text }
    switch id {
    case "start", "resume": return opened(id, record, line, error)
    case "history": return settled(record, line, error, at: time)
    default: break
    }
    guard let error else {
      return [
        .emit(EventDraft(.lifecycle, "\(Self.program) took the request '\(id)'", name: "codex.response", raw: line))
      ]
    }
    if id.hasPrefix("message-") { return refused(String(id.dropFirst("message-".count)), error, line) }
    let text = "\(Self.program) refused the request '\(id)': \(error)"
    // A turn may end before the interrupt arrives.
    let isError = !id.hasPrefix("interrupt-")
    return [.emit(EventDraft(isError ? .error : .lifecycle, text, name: "codex.response", isError: isError, raw: line))]
  }

  private mutating func opened(
    _ id: String, _ record: JSONObject, _ line: [UInt8], _ error: String?
  ) -> [RuntimeAction] {
    if let error { return notOpened(id, error, line) }
    let result = record["result"]
    if let id = result?["thread"]?["id"]?.stringValue, id.utf8.count <= ClaimLimit.id { thread = id }
    isOpened = true
    let isResumed = id == "resume"
    if !isResumed { totals[thread ?? ""] = CodexTotals(startingAtZero: true) }
    var detail: JSONObject = ["runtimeSessionID": .string(thread ?? "")]
    detail["model"] = result?["model"]
    detail["version"] = result?["thread"]?["cliVersion"]
    let event = EventDraft(
      .lifecycle, isResumed ? "\(Self.program) resumed its conversation" : "\(Self.program) started",
      name: isResumed ? "runtime.resumed" : "runtime.started", detail: detail, raw: line)
    guard isResumed, !messages.unanswered.isEmpty else { return [.emit(event)] + ready() }
    let question = CodexOutput.request(
      "thread/turns/list", id: "history",
      [
        "threadId": .string(thread ?? ""), "itemsView": "full", "limit": JSONValue(Self.historyLimit),
        "sortDirection": "desc",
      ])
    return [.emit(event), .write(question)]
  }

  private mutating func notOpened(_ id: String, _ error: String, _ line: [UInt8]) -> [RuntimeAction] {
    // A thread without a turn is never written to the disk. What a crash leaves of a file is kept where it is; one that
    // cannot be read for a reason of the system's may be readable the next time.
    let isBroken = error.contains("failed to read thread") && !error.contains("os error")
    if id == "resume", error.contains("no rollout found") || isBroken {
      let former = thread ?? ""
      let text =
        isBroken
        ? "The thread \(former) cannot be read any more; a new one begins. The file of the former one is kept"
        : "\(Self.program) does not have the thread \(former); a new one begins"
      let event = EventDraft(.lifecycle, text, name: "runtime.fallback", isError: isStored, raw: line)
      thread = nil
      isStored = false
      return [.emit(event), open()]
    }
    startFault = error
    let text = "\(Self.program) could not open its thread: \(error)"
    return [.emit(EventDraft(.error, text, name: "runtime.start", isError: true, raw: line)), .closeInput]
  }

  /// The thread can be spoken to: gives it what has come until now.
  private mutating func ready() -> [RuntimeAction] {
    phase = .running
    var actions: [RuntimeAction] = []
    for message in messages.unanswered { actions.append(deliver(message)) }
    return actions
  }

  /// Finds out from the history what became of the messages that a dead process was given: those it does not have are
  /// sent again, those of a finished turn are answered, and a turn that was cut off is gone on with.
  private mutating func settled(
    _ record: JSONObject, _ line: [UInt8], _ error: String?, at time: Timestamp
  ) -> [RuntimeAction] {
    let history = CodexHistory(record["result"]?["data"]?.arrayValue ?? [])
    let text = error.map { "\(Self.program) does not tell its history (\($0)); unanswered messages are sent again" }
    var actions: [RuntimeAction] = [
      .emit(
        EventDraft(
          .lifecycle, text ?? "\(Self.program) told its history", name: "codex.history", isError: error != nil,
          raw: error == nil ? [] : line))
    ]
    var cutOff: [String] = []
    for message in messages.unanswered {
      guard let turn = history.turn(of: message.id.text) else { continue }
      if history.isFinished(turn) {
        actions += catchUp(turn, answering: message.id.text)
      } else {
        cutOff.append(message.id.text)
      }
    }
    if !cutOff.isEmpty { actions += goOn(with: cutOff, at: time) }
    phase = .running
    for message in messages.unanswered where !taken.contains(message.id.text) { actions.append(deliver(message)) }
    return actions
  }

  /// A turn that ended without the journal hearing of it.
  private mutating func catchUp(_ turn: JSONObject, answering id: String) -> [RuntimeAction] {
    guard messages.unanswered.contains(where: { $0.id.text == id }) else { return [] }
    let open = Set(messages.unanswered.map(\.id.text))
    let ids = Set(CodexHistory.messages(of: turn)).intersection(open).sorted()
    answer(ids)
    var result = CodexTurn(turn).event(answering: ids)
    result.raw = Array(JSONValue.object(turn).text.utf8)
    if let text = CodexHistory.lastWords(of: turn) { result.text = text }
    return [.emit(result)]
  }

  private mutating func goOn(with ids: [String], at time: Timestamp) -> [RuntimeAction] {
    taken.formUnion(ids)
    let text = "You were restarted in the middle of your work. Go on from where you were."
    let event = EventDraft(
      .lifecycle, "The turn was cut off; \(Self.program) was asked to go on", name: "runtime.continued")
    return [.emit(event), speak(text, id: OperationID.make(at: time).text)]
  }

  /// A message that Codex would not take is not sent again: it would be refused for ever.
  private mutating func refused(_ id: String, _ error: String, _ line: [UInt8]) -> [RuntimeAction] {
    sent.remove(id)
    messages.answer(id)
    let text = "\(Self.program) refused the message: \(error)"
    var draft = EventDraft(.result, text, isError: true, messageID: id, raw: line)
    draft.detail = ["stopReason": "refused", "messages": [.string(id)]]
    return [.emit(draft)]
  }

  mutating func answer(_ ids: [String]) {
    messages.answer(Set(ids))
  }
}
