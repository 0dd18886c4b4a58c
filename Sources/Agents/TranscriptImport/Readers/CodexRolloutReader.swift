import AgentRuntimes
import ControlModel

/// Codex's rollout files. They tell most things twice: as `response_item`, which the model sees, and as `event_msg`,
/// which people see. Messages are taken from the second, tool calls from the first, and the other copies are kept as
/// `lifecycle` events named `codex.<type>`.
struct CodexRolloutReader: TranscriptReader {
  let runtime = RuntimeName.codex
  private(set) var conversation: String
  /// The file has `event_msg` records; those that have none show their messages by `response_item`.
  private let hasDisplayFamily: Bool
  private let forks: ForkedHistory
  private var hasMeta = false
  /// The threads whose records may stand copied here; empty behind the copies.
  private var origins: Set<String> = []
  private var items = CodexItems()
  private var usage = CodexUsage()
  private var calls: Set<String> = []
  private var names: [String: String] = [:]
  /// The last message shown, to know its copy in a third family.
  private var shown: (kind: EventKind, text: String)?

  init(conversation: String, hasDisplayFamily: Bool, forks: ForkedHistory) {
    self.conversation = conversation
    self.hasDisplayFamily = hasDisplayFamily
    self.forks = forks
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    let payload = record.object["payload"]?.objectValue ?? [:]
    noteSession(record, payload, into: &output)
    let drafts = drafts(record.type, payload)
    if let prompt = drafts.first(where: { $0.kind == .user }) {
      output.note(title: Self.request(prompt.text), .prompt, of: conversation)
    }
    if let name = payload["thread_name"]?.stringValue { output.note(title: name, .given, of: conversation) }
    output.add(drafts, of: record, to: conversation, key: nil, at: RecordTime.of(record.object))
  }

  /// Only the first `session_meta` names the session: later ones repeat it, or come with the history of a fork.
  private mutating func noteSession(_ record: TranscriptRecord, _ payload: JSONObject, into output: inout ReadEvents) {
    if record.type == "session_meta", let id = payload["id"]?.stringValue {
      if !hasMeta { conversation = id }
      hasMeta = true
      origins.formUnion([id, payload["forked_from_id"]?.stringValue].compactMap(\.self))
      origins.remove(conversation)
    }
    output.note(directory: payload["cwd"]?.stringValue, of: conversation)
  }

  /// Editors put the open files before what was asked.
  private static func request(_ text: String) -> String {
    let mark = "## My request for Codex:"
    guard let range = text.firstRange(of: mark) else { return text }
    return String(text[range.upperBound...])
  }

  private mutating func drafts(_ type: String, _ payload: JSONObject) -> [EventDraft] {
    switch type {
    case "response_item": return responseItem(payload)
    case "event_msg": return eventMessage(payload)
    case "turn_context":
      return [EventDraft(.lifecycle, payload["model"]?.stringValue ?? "", name: "codex.turn_context")]
    case "compacted": return [EventDraft(.lifecycle, "The conversation was compacted", name: "codex.compacted")]
    default: return [EventDraft(.lifecycle, "", name: "codex.\(type.isEmpty ? "unknown" : type)")]
    }
  }

  // MARK: What the model sees

  private mutating func responseItem(_ item: JSONObject) -> [EventDraft] {
    let type = item["type"]?.stringValue ?? "item"
    switch type {
    case "function_call", "custom_tool_call", "local_shell_call", "tool_search_call":
      return [call(item)]
    case "function_call_output", "custom_tool_call_output", "tool_search_output": return [output(item)]
    case "message" where !hasDisplayFamily: return [message(item)]
    case "reasoning" where !hasDisplayFamily: return items.completed(item)
    case "web_search_call" where !hasDisplayFamily: return [call(item)]
    default: return [copy(type, item)]
    }
  }

  private mutating func call(_ item: JSONObject) -> EventDraft {
    let id = (item["call_id"] ?? item["id"])?.stringValue
    let name = item["name"]?.stringValue ?? item["type"]?.stringValue ?? "tool"
    if let id {
      calls.insert(id)
      names[id] = name
    }
    let input = item["input"]?.stringValue
    let action = item["action"].map { $0["command"].map(CodexCalls.command) ?? $0.text }
    return EventDraft(
      .toolCall, input ?? action ?? CodexCalls.function(item["arguments"]), callID: id, name: name)
  }

  /// Old versions wrap the output in JSON, with the exit code and the duration.
  private mutating func output(_ item: JSONObject) -> EventDraft {
    let id = item["call_id"]?.stringValue
    var draft = EventDraft(
      .toolResult, ClaudeContent.text(ofContent: item["output"] ?? item["tools"]), callID: id,
      name: id.flatMap { names.removeValue(forKey: $0) })
    guard let text = item["output"]?.stringValue, text.hasPrefix("{"),
      let object = try? JSONValue(parsing: text).objectValue, let inner = object["output"]?.stringValue
    else { return draft }
    draft.text = inner
    if let code = object["metadata"]?["exit_code"]?.integerValue {
      draft.isError = code != 0
      draft.detail["exitCode"] = JSONValue(code)
    }
    var disbelief = Disbelief()
    draft.duration = disbelief.take("duration_seconds", object["metadata"]?["duration_seconds"], times: 1000)
    draft.tell(disbelief)
    return draft
  }

  private func message(_ item: JSONObject) -> EventDraft {
    let text = ClaudeContent.text(ofContent: item["content"]?.arrayValue.map { .array($0.map(Self.block)) })
    switch item["role"]?.stringValue {
    case "assistant": return EventDraft(.assistant, text)
    case "user" where !text.hasPrefix("<"): return EventDraft(.user, text)
    default: return copy("message", item)
    }
  }

  private static func block(_ part: JSONValue) -> JSONValue {
    part["text"].map { ["type": "text", "text": $0] } ?? part
  }

  private func copy(_ type: String, _ item: JSONObject) -> EventDraft {
    let role = item["role"]?.stringValue.map { ".\($0)" } ?? ""
    return EventDraft(.lifecycle, "", name: "codex.\(type)\(role)")
  }

  // MARK: What people see

  private mutating func eventMessage(_ message: JSONObject) -> [EventDraft] {
    let type = message["type"]?.stringValue ?? "event_msg"
    let text = (message["message"] ?? message["text"])?.stringValue ?? ""
    switch type {
    case "user_message": return [show(EventDraft(.user, text), type)]
    case "agent_message": return [show(EventDraft(.assistant, text), type)]
    case "agent_reasoning": return [show(EventDraft(.thinking, text), type)]
    case "item_completed": return completed(message["item"]?.objectValue ?? [:])
    case "token_count": return [tokens(message)]
    case "task_complete":
      var disbelief = Disbelief()
      var end = EventDraft(
        .result, message["last_agent_message"]?.stringValue ?? "",
        duration: disbelief.take("duration_ms", message["duration_ms"]), detail: ["stopReason": "end_turn"])
      end.tell(disbelief)
      return [end]
    case "turn_aborted":
      return [EventDraft(.result, "Interrupted", detail: ["stopReason": message["reason"] ?? "interrupted"])]
    case "error", "stream_error": return [EventDraft(.error, text, name: "codex.\(type)", isError: true)]
    default: return ended(type, message)
    }
  }

  private mutating func show(_ draft: EventDraft, _ type: String) -> EventDraft {
    if let shown, shown.kind == draft.kind, shown.text == draft.text {
      self.shown = nil
      return EventDraft(.lifecycle, "", name: "codex.\(type)")
    }
    shown = (draft.kind, draft.text)
    return draft
  }

  private mutating func completed(_ item: JSONObject) -> [EventDraft] {
    let type = item["type"]?.stringValue ?? "item"
    if let id = item["id"]?.stringValue, calls.contains(id) {
      return [EventDraft(.lifecycle, "", callID: id, name: "codex.\(type)")]
    }
    let drafts = items.completed(item)
    guard drafts.count == 1, let draft = drafts.first, draft.kind != .lifecycle else { return drafts }
    return [show(draft, type)]
  }

  /// The end of a tool's run; shown where `response_item` did not tell of the call.
  private mutating func ended(_ type: String, _ message: JSONObject) -> [EventDraft] {
    let id = message["call_id"]?.stringValue
    let note = EventDraft(.lifecycle, "", callID: id, name: "codex.\(type)")
    guard let id, !calls.contains(id), let item = Self.item(type, message) else { return [note] }
    return items.completed(item)
  }

  /// The message as the item that newer versions write in its place.
  private static func item(_ type: String, _ message: JSONObject) -> JSONObject? {
    let types = [
      "exec_command_end": "command_execution", "patch_apply_end": "file_change", "mcp_tool_call_end": "mcp_tool_call",
      "web_search_end": "web_search", "view_image_tool_call": "image_view",
    ]
    guard let itemType = types[type] else { return nil }
    var item = message
    item["type"] = .string(itemType)
    item["id"] = message["call_id"]
    if let invocation = message["invocation"] {
      item["server"] = invocation["server"]
      item["tool"] = invocation["tool"]
      item["arguments"] = invocation["arguments"]
      item["result"] = message["result"]?["Ok"]
      item["error"] = message["result"]?["Err"]
    }
    if message["success"]?.boolValue == false { item["status"] = "failed" }
    return item
  }

  private mutating func tokens(_ message: JSONObject) -> EventDraft {
    let info = message["info"]
    guard let info, !info.isNull else { return EventDraft(.lifecycle, "", name: "codex.token_count") }
    let total = info["total_token_usage"]
    let added =
      info.objectValue == nil
      ? TokenUsage.codex("info", info)
      : TokenUsage.codex("total_token_usage", total).flatMap {
        usage.add(total: $0, last: .codex("last_token_usage", info["last_token_usage"]))
      }
    let isCounted = total?.objectValue.map { isOwn(total: ContentHash(JSONValue.object($0).text)) } ?? true
    return EventDraft(.lifecycle, "", name: "codex.token_count", usage: isCounted ? added : nil)
  }

  private mutating func isOwn(total: ContentHash) -> Bool {
    forks.note(total: total, of: conversation)
    if forks.isCopy(total: total, of: origins) { return false }
    // Its own records follow the copies.
    origins = []
    return true
  }
}
