import AgentRuntimes
import ControlModel

/// What can be said of a record of an unknown agent: the common ground of many formats. The raw record has the rest.
enum GenericMapping {
  static func drafts(_ object: JSONObject) -> [EventDraft] {
    let layers = [object, object["data"]?.objectValue, object["payload"]?.objectValue, object["event"]?.objectValue]
      .compactMap(\.self)
    let word = word(layers)
    if let blocks = messageBlocks(object, word) { return blocks }
    guard let kind = kind(word) else {
      return [EventDraft(.lifecycle, text(layers) ?? "", name: word.isEmpty ? "record" : word)]
    }
    var draft = EventDraft(kind, text(layers) ?? "", isError: kind == .error)
    guard kind == .toolCall || kind == .toolResult else { return [draft] }
    draft.callID = first(["toolCallId", "tool_call_id", "call_id", "callId", "tool_id"], layers)?.stringValue
    draft.name =
      first(["toolName", "tool_name", "tool", "name"], layers)?.stringValue
      ?? object["function"]?["name"]?.stringValue
    draft.isError = first(["success"], layers)?.boolValue == false || first(["is_error", "isError"], layers) == true
    if kind == .toolCall, let input = first(["input", "arguments", "parameters", "args"], layers) {
      draft.text =
        input.objectValue.map { ClaudeToolText.text(draft.name ?? "", $0) } ?? input.stringValue ?? input.text
    }
    if kind == .toolResult, draft.text.isEmpty {
      draft.text = first(["output", "result", "value"], layers).map { $0.stringValue ?? $0.text } ?? ""
    }
    return [draft]
  }

  /// A message of Anthropic's form, which many agents keep.
  private static func messageBlocks(_ object: JSONObject, _ word: String) -> [EventDraft]? {
    guard let message = object["message"]?.objectValue, message["content"] != nil else { return nil }
    let role = message["role"]?.stringValue ?? word
    switch role {
    case "assistant", "model", "gemini": return ClaudeContent.assistant(object)
    case "user":
      return ClaudeContent.toolResults(object).map { draft in
        draft.kind == .toolResult ? draft : EventDraft(.user, draft.text)
      }
    default: return nil
    }
  }

  private static func word(_ layers: [JSONObject]) -> String {
    let words = layers.flatMap { layer in
      ["type", "kind", "event", "role", "method"].compactMap { layer[$0]?.stringValue }
    }
    // `message` and `event` say only that there is something; the role or the inner type says what.
    let isEmptyWord = { (word: String) in word == "message" || word == "event" || word.hasPrefix("context.append") }
    return words.first { !isEmptyWord($0) } ?? words.first ?? ""
  }

  private static func kind(_ word: String) -> EventKind? {
    let folded = word.lowercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
    switch folded {
    case "user", "human", "user_message", "turn_prompt", "prompt": return .user
    case "assistant", "model", "gemini", "agent", "assistant_message", "agent_message", "text": return .assistant
    case "thinking", "reasoning", "thought": return .thinking
    case "error": return .error
    default: break
    }
    let isTool = folded.contains("tool") || folded.contains("function")
    guard isTool else { return nil }
    if ["result", "output", "complete", "response"].contains(where: { folded.hasSuffix($0) }) { return .toolResult }
    return ["call", "use", "start", "tool"].contains { folded.hasSuffix($0) } ? .toolCall : nil
  }

  private static func text(_ layers: [JSONObject]) -> String? {
    for name in ["text", "content", "message", "finalText", "summary", "input", "output", "prompt", "delta"] {
      guard let value = first([name], layers), !value.isNull else { continue }
      if let text = value.stringValue { return text }
      if value.arrayValue != nil { return ClaudeContent.text(ofContent: value) }
      if let inner = value["content"] ?? value["text"] { return ClaudeContent.text(ofContent: inner) }
    }
    return nil
  }

  private static func first(_ names: [String], _ layers: [JSONObject]) -> JSONValue? {
    for layer in layers {
      for name in names { if let value = layer[name] { return value } }
    }
    return nil
  }
}

/// Records of an agent that nothing else here knows.
struct GenericReader: TranscriptReader {
  let runtime = RuntimeName.other
  private(set) var conversation: String

  init(conversation: String) {
    self.conversation = conversation
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    if let id = sessionID(record) { conversation = id }
    let drafts = GenericMapping.drafts(record.object)
    output.note(directory: record.string("cwd") ?? record.object["data"]?["cwd"]?.stringValue, of: conversation)
    if let prompt = drafts.first(where: { $0.kind == .user }) {
      output.note(title: prompt.text, .prompt, of: conversation)
    }
    let key = (record.string("uuid") ?? record.string("id")).map { "\(record.type)/\($0)" }
    output.add(drafts, of: record, to: conversation, key: key, at: RecordTime.of(record.object))
  }

  private func sessionID(_ record: TranscriptRecord) -> String? {
    for name in ["sessionId", "session_id", "sessionID", "conversation_id"] {
      if let id = record.string(name) ?? record.object["data"]?[name]?.stringValue { return id }
    }
    return record.type == "session" ? record.string("id") : nil
  }
}
