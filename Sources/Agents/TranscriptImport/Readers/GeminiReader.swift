import AgentRuntimes
import ControlModel

/// Gemini CLI's chat files, by lines or as one document, and what `gemini --output-format stream-json` prints.
struct GeminiReader: TranscriptReader {
  let runtime = RuntimeName.gemini
  private(set) var conversation: String
  /// What was shown of messages: a message is written again, whole, when there is more of it.
  private var shown: Set<ContentHash> = []

  init(conversation: String) {
    self.conversation = conversation
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    if let id = record.string("sessionId") ?? record.string("session_id") { conversation = id }
    let drafts = drafts(record)
    if let prompt = drafts.first(where: { $0.kind == .user }) {
      output.note(title: prompt.text, .prompt, of: conversation)
    }
    output.add(drafts, of: record, to: conversation, key: nil, at: RecordTime.of(record.object))
  }

  private mutating func drafts(_ record: TranscriptRecord) -> [EventDraft] {
    let object = record.object
    switch record.type {
    case "user", "gemini", "info", "error", "warning": return revision(message(object), of: object)
    case "message": return [said(object)]
    case "tool_use":
      let name = record.string("tool_name")
      return [
        EventDraft(.toolCall, object["parameters"]?.text ?? "", callID: record.string("tool_id"), name: name)
      ]
    case "tool_result":
      let text = record.string("output") ?? object["error"]?["message"]?.stringValue ?? ""
      let isError = record.string("status") == "error"
      return [EventDraft(.toolResult, text, callID: record.string("tool_id"), isError: isError)]
    case "result": return [result(object)]
    case "init": return [EventDraft(.lifecycle, record.string("model") ?? "", name: "gemini.init")]
    default:
      let mark = object.members.first { $0.name.hasPrefix("$") }.map { String($0.name.dropFirst()) }
      return [EventDraft(.lifecycle, "", name: "gemini.\(mark ?? (record.type.isEmpty ? "session" : record.type))")]
    }
  }

  private func said(_ object: JSONObject) -> EventDraft {
    let isUser = object["role"]?.stringValue == "user"
    return EventDraft(isUser ? .user : .assistant, Self.text(object["content"]))
  }

  private func result(_ object: JSONObject) -> EventDraft {
    var disbelief = Disbelief()
    let stats = disbelief.object("stats", object["stats"])
    func count(_ name: String) -> TokenCount? { disbelief.count("stats.\(name)", stats?[name]) }
    let cached = count("cached")
    let usage = TokenUsage(
      input: count("input_tokens").map { $0 - (cached ?? 0) }, output: count("output_tokens"), cacheRead: cached)
    var draft = EventDraft(
      .result, object["error"]?["message"]?.stringValue ?? "", isError: object["status"]?.stringValue == "error",
      usage: usage == .zero ? nil : usage, duration: disbelief.take("stats.duration_ms", stats?["duration_ms"]))
    draft.tell(disbelief)
    return draft
  }

  // MARK: Chat files

  private func message(_ object: JSONObject) -> [EventDraft] {
    // In a chat file the text is the content, on standard output the message.
    let text = Self.text(object["content"] ?? object["message"])
    let id = object["id"]?.stringValue
    switch object["type"]?.stringValue {
    case "user": return [EventDraft(.user, text, messageID: id)]
    case "gemini": return answer(object, text, id)
    case "error": return [EventDraft(.error, text, name: "gemini.error", isError: true)]
    default: return [EventDraft(.lifecycle, text, name: "gemini.\(object["type"]?.stringValue ?? "note")")]
    }
  }

  private func answer(_ object: JSONObject, _ text: String, _ id: String?) -> [EventDraft] {
    var drafts = (object["thoughts"]?.arrayValue ?? []).map { thought in
      let parts = [thought["subject"]?.stringValue, thought["description"]?.stringValue].compactMap(\.self)
      return EventDraft(.thinking, parts.joined(separator: "\n"))
    }
    if !text.isEmpty { drafts.append(EventDraft(.assistant, text)) }
    for call in object["toolCalls"]?.arrayValue ?? [] { drafts += Self.tool(call) }
    if drafts.isEmpty { drafts = [EventDraft(.lifecycle, "An empty message", name: "gemini.message")] }
    for index in drafts.indices { drafts[index].messageID = id }
    drafts[drafts.count - 1].usage = TokenUsage(claim: "tokens", object["tokens"], Self.usage)
    return drafts
  }

  private static func tool(_ call: JSONValue) -> [EventDraft] {
    let id = call["id"]?.stringValue
    let name = call["name"]?.stringValue ?? "tool"
    let begin = EventDraft(.toolCall, call["args"]?.text ?? "", callID: id, name: name)
    guard let status = call["status"]?.stringValue, ["success", "error", "cancelled"].contains(status) else {
      return [begin]
    }
    let response = call["result"]?.arrayValue?.first?["functionResponse"]?["response"]
    let answer = response?["output"] ?? response?["error"] ?? call["resultDisplay"]
    let text = answer.map { $0.stringValue ?? $0.text } ?? status
    return [begin, EventDraft(.toolResult, text, callID: id, name: name, isError: status != "success")]
  }

  private static func usage(_ tokens: JSONObject) -> TokenUsage {
    var disbelief = Disbelief()
    func count(_ name: String) -> TokenCount? { disbelief.count("tokens.\(name)", tokens[name]) }
    let (cached, thoughts) = (count("cached"), count("thoughts"))
    var usage = TokenUsage(
      input: count("input").map { $0 - (cached ?? 0) }, output: count("output").map { $0 + (thoughts ?? 0) },
      cacheRead: cached)
    usage.disbelief = disbelief
    return usage
  }

  private static func text(_ content: JSONValue?) -> String {
    guard let parts = content?.arrayValue else { return content?.stringValue ?? content?["text"]?.stringValue ?? "" }
    return parts.map { $0.stringValue ?? $0["text"]?.stringValue ?? $0.text }.joined(separator: "\n")
  }

  /// Leaves out what earlier copies of the message have told.
  private mutating func revision(_ drafts: [EventDraft], of object: JSONObject) -> [EventDraft] {
    guard let id = object["id"]?.stringValue else { return drafts }
    var kept: [EventDraft] = []
    for var draft in drafts {
      let name = "\(id) \(draft.kind.rawValue) \(draft.callID ?? "") \(draft.text)"
      guard shown.insert(ContentHash(name)).inserted else { continue }
      if draft.usage != nil, !shown.insert(ContentHash("\(id) usage")).inserted { draft.usage = nil }
      kept.append(draft)
    }
    return kept.isEmpty ? [EventDraft(.lifecycle, "", name: "gemini.revision", messageID: id)] : kept
  }
}
