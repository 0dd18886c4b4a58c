import ControlModel

/// opencode's exports, and the lines of `opencode run --format json`.
struct OpencodeReader: TranscriptReader {
  let runtime = RuntimeName.opencode
  private(set) var conversation: String

  init(conversation: String) {
    self.conversation = conversation
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    switch record.role {
    case .header: header(record, into: &output)
    case .message: message(record, into: &output)
    case .part: part(record, record.object, isUser: record.context["role"]?.stringValue == "user", into: &output)
    default: line(record, into: &output)
    }
  }

  private mutating func header(_ record: TranscriptRecord, into output: inout ReadEvents) {
    if let id = record.string("id") { conversation = id }
    output.note(title: record.string("title") ?? "", .given, of: conversation)
    output.note(directory: record.string("directory"), of: conversation)
    let note = EventDraft(.lifecycle, record.string("title") ?? "", name: "opencode.session")
    output.add([note], of: record, to: conversation, key: nil, at: RecordTime.of(record.object))
  }

  /// The parts say what the message says; the message itself only how it went.
  private func message(_ record: TranscriptRecord, into output: inout ReadEvents) {
    var draft = EventDraft(
      .lifecycle, record.string("modelID") ?? record.string("agent") ?? "", name: "opencode.message",
      messageID: record.string("id"))
    if let failure = record.object["error"], !failure.isNull {
      let text = failure["data"]?["message"]?.stringValue ?? failure["name"]?.stringValue ?? failure.text
      draft = EventDraft(.error, text, name: "opencode.message", isError: true, messageID: draft.messageID)
    }
    output.add([draft], of: record, to: conversation, key: nil, at: RecordTime.of(record.object))
  }

  private mutating func line(_ record: TranscriptRecord, into output: inout ReadEvents) {
    if let id = record.string("sessionID") { conversation = id }
    if let part = record.object["part"]?.objectValue { return self.part(record, part, isUser: false, into: &output) }
    var draft = EventDraft(.lifecycle, "", name: "opencode.\(record.type)")
    if record.type == "error" {
      let error = record.object["error"]
      let text = error?["data"]?["message"]?.stringValue ?? error?["name"]?.stringValue ?? "An error"
      draft = EventDraft(.error, text, name: "opencode.error", isError: true)
    }
    output.add([draft], of: record, to: conversation, key: nil, at: RecordTime.of(record.object))
  }

  // MARK: Parts

  private func part(
    _ record: TranscriptRecord, _ part: JSONObject, isUser: Bool, into output: inout ReadEvents
  ) {
    var drafts = Self.drafts(part, isUser: isUser)
    for index in drafts.indices { drafts[index].messageID = part["messageID"]?.stringValue }
    if isUser, let prompt = drafts.first(where: { $0.kind == .user }) {
      output.note(title: prompt.text, .prompt, of: conversation)
    }
    let time = RecordTime.read(part["time"] ?? part["state"]?["time"]).orElse(.of(record.context))
    output.add(
      drafts, of: record, to: conversation, key: part["id"]?.stringValue, at: time.orElse(.of(record.object)))
  }

  private static func drafts(_ part: JSONObject, isUser: Bool) -> [EventDraft] {
    let type = part["type"]?.stringValue ?? "part"
    let text = part["text"]?.stringValue ?? ""
    switch type {
    case "text" where part["synthetic"]?.boolValue == true:
      return [EventDraft(.lifecycle, text, name: "opencode.note")]
    case "text": return [EventDraft(isUser ? .user : .assistant, text)]
    case "reasoning": return [EventDraft(.thinking, text)]
    case "tool": return tool(part)
    case "step-finish": return [stepFinish(part)]
    default: return [EventDraft(.lifecycle, text, name: "opencode.\(type)")]
    }
  }

  private static func tool(_ part: JSONObject) -> [EventDraft] {
    let state = part["state"]?.objectValue ?? [:]
    let id = part["callID"]?.stringValue
    let name = part["tool"]?.stringValue ?? "tool"
    let input = state["input"]
    let words = ["command", "filePath", "pattern", "url", "query", "description"]
    let text = words.lazy.compactMap { input?[$0]?.stringValue }.first ?? input?.text ?? ""
    let call = EventDraft(.toolCall, text, callID: id, name: name)
    let status = state["status"]?.stringValue
    guard status == "completed" || status == "error" else { return [call] }
    var result = EventDraft(
      .toolResult, (state["output"] ?? state["error"])?.stringValue ?? "", callID: id, name: name,
      isError: status == "error")
    if let start = state["time"]?["start"]?.doubleValue, let end = state["time"]?["end"]?.doubleValue {
      var disbelief = Disbelief()
      result.duration = disbelief.take("time.end - time.start", JSONValue(end - start))
      result.tell(disbelief)
    }
    return [call, result]
  }

  /// The tokens and the cost of a step are also summed in the message: they are counted here only.
  private static func stepFinish(_ part: JSONObject) -> EventDraft {
    let reason = part["reason"]?.stringValue ?? "unknown"
    var disbelief = Disbelief()
    let tokens = disbelief.object("tokens", part["tokens"])
    let cache = disbelief.object("tokens.cache", tokens?["cache"])
    func count(_ name: String, _ value: JSONValue?) -> TokenCount? { disbelief.count("tokens.\(name)", value) }
    let reasoning = count("reasoning", tokens?["reasoning"])
    let usage = TokenUsage(
      input: count("input", tokens?["input"]), output: count("output", tokens?["output"]).map { $0 + (reasoning ?? 0) },
      cacheRead: count("cache.read", cache?["read"]),
      cacheWrite: count("cache.write", cache?["write"]))
    var draft = EventDraft(
      reason == "stop" ? .result : .lifecycle, "", usage: usage,
      cost: disbelief.take("cost", part["cost"]), detail: ["stopReason": .string(reason)])
    draft.tell(disbelief)
    if draft.kind == .lifecycle { draft.name = "opencode.step-finish" }
    return draft
  }
}
