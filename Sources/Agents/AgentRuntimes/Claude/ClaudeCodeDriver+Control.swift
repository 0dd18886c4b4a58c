import ControlModel

extension ClaudeCodeDriver {
  mutating func system(_ record: JSONObject, _ line: [UInt8]) -> [RuntimeAction] {
    guard record["subtype"]?.stringValue == "init" else { return [.emit(ClaudeNotice.system(record, line))] }
    isInTurn = true
    var detail: JSONObject = [:]
    detail["model"] = record["model"]
    detail["permissionMode"] = record["permissionMode"]
    detail["version"] = record["claude_code_version"]
    // `/clear` begins a new conversation in the same process.
    if let id = record["session_id"]?.stringValue, id.utf8.count <= ClaimLimit.id {
      conversation.take(id)
      detail["runtimeSessionID"] = .string(id)
    }
    let model = record["model"]?.stringValue ?? "its default model"
    let event = EventDraft(.lifecycle, "A turn begins with \(model)", name: "runtime.turn", detail: detail, raw: line)
    return start() + [.emit(event)]
  }

  mutating func controlRequest(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [RuntimeAction] {
    let id = record["request_id"]?.stringValue ?? ""
    let request = record["request"]?.objectValue ?? [:]
    let subtype = request["subtype"]?.stringValue ?? "unknown"
    if subtype == "can_use_tool" {
      isInTurn = true
      return approvals.ask(id, request, size: line.count, at: time).map { $0.with(raw: line, on: .approvalRequest) }
    }
    let text = "\(Self.program) asks for '\(subtype)', which Paddock does not offer"
    return [
      .emit(EventDraft(.lifecycle, text, name: "runtime.control", raw: line)),
      .write(ClaudeInput.refusal(of: id, "'\(subtype)' is not supported here")),
    ]
  }

  mutating func controlResponse(_ record: JSONObject, _ line: [UInt8]) -> [RuntimeAction] {
    let response = record["response"]?.objectValue ?? [:]
    let id = response["request_id"]?.stringValue ?? ""
    if response["subtype"]?.stringValue == "error" {
      let error = response["error"]?.stringValue ?? response["error_code"]?.stringValue ?? "no reason given"
      let text = "\(Self.program) refused the request '\(id)': \(error)"
      return start() + [.emit(EventDraft(.error, text, name: "runtime.control", isError: true, raw: line))]
    }
    // The answer to the greeting lists commands and skills at length; it is ours, not the conversation's.
    let started = start()
    if id == Self.greeting, !started.isEmpty { return started }
    let text = id.hasPrefix("interrupt") ? "\(Self.program) stops" : "\(Self.program) took the answer"
    return started + [.emit(EventDraft(.lifecycle, text, name: "runtime.control", raw: line))]
  }

  mutating func controlCancel(_ record: JSONObject, _ line: [UInt8]) -> [RuntimeAction] {
    let id = record["request_id"]?.stringValue ?? ""
    if let event = approvals.withdraw(requestID: id) { return [.emit(event.with(raw: line))] }
    let text = "\(Self.program) withdrew the request '\(id)'"
    return [.emit(EventDraft(.lifecycle, text, name: "runtime.control", raw: line))]
  }
}
