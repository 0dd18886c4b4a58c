package import ControlModel

/// Claude Code's records about itself: retries, hooks, background tasks, limits. All are `lifecycle`, named
/// `claude.` and the record's subtype or type; a record nobody has heard of is `output`, named `unknown`.
package enum ClaudeNotice {
  private static let types: Set<String> = [
    "tool_progress", "conversation_reset", "rate_limit_event", "auth_status", "prompt_suggestion", "tool_use_summary",
    "keep_alive", "transcript_mirror", "stream_event",
  ]

  package static func system(_ record: JSONObject, _ line: [UInt8]) -> EventDraft {
    let subtype = record["subtype"]?.stringValue ?? "system"
    let draft = EventDraft(
      .lifecycle, text(subtype, record), parentCallID: record["tool_use_id"]?.stringValue, name: "claude.\(subtype)",
      raw: line)
    return judged(draft, subtype, record)
  }

  package static func other(_ record: JSONObject, _ line: [UInt8]) -> EventDraft {
    let type = record["type"]?.stringValue ?? ""
    guard types.contains(type) else {
      return EventDraft(
        .output, type.isEmpty ? "A record without a type" : "\(type): \(words(record))",
        name: "unknown", raw: line)
    }
    return EventDraft(
      .lifecycle, text(type, record), parentCallID: record["parent_tool_use_id"]?.stringValue, name: "claude.\(type)",
      raw: line)
  }

  private static func judged(_ draft: EventDraft, _ subtype: String, _ record: JSONObject) -> EventDraft {
    var draft = draft
    switch subtype {
    case "api_retry", "permission_denied": draft.isError = true
    case "hook_response": draft.isError = (record["exit_code"]?.integerValue ?? 0) != 0
    case "task_notification": draft.isError = record["status"]?.stringValue == "failed"
    case "background_tasks_changed": draft.detail["tasks"] = .array(tasks(record))
    default: break
    }
    return draft
  }

  private static func text(_ name: String, _ record: JSONObject) -> String {
    switch name {
    case "api_retry": retry(record)
    case "compact_boundary": "The conversation was compacted"
    case "conversation_reset": "The conversation was cleared"
    case "status": record["status"]?.stringValue ?? "ready"
    case "hook_started", "hook_response": hook(record)
    case "thinking_tokens": "Thinking: about \(record["estimated_tokens"]?.text ?? "0") tokens"
    case "tool_progress":
      "\(record["tool_name"]?.stringValue ?? "A tool") has run for \(record["elapsed_time_seconds"]?.text ?? "?") s"
    case "background_tasks_changed": "\(record["tasks"]?.arrayValue?.count ?? 0) in the background"
    case "task_started", "task_progress", "task_updated", "task_notification":
      "Task \(String(name.dropFirst(5))): \(words(record))"
    default: words(record)
    }
  }

  /// All that go on: sub-agents and commands alike.
  private static func tasks(_ record: JSONObject) -> [JSONValue] {
    (record["tasks"]?.arrayValue ?? []).prefix(SessionProjection.mostTasks).compactMap { task in
      task["task_id"].map { ["id": $0, "title": task["description"] ?? ""] }
    }
  }

  private static func retry(_ record: JSONObject) -> String {
    let status = record["error_status"]?.text ?? "nothing"
    let delay = Milliseconds(claim: record["retry_delay_ms"] ?? 0)
    let seconds = delay?.written { "\(($0 + 50) / 1000).\(($0 + 50) / 100 % 10)" } ?? "?"
    return "The model's API answered \(status) (\(record["error"]?.stringValue ?? "error")); "
      + "attempt \(record["attempt"]?.text ?? "?") of \(record["max_retries"]?.text ?? "?") "
      + "in \(seconds) s"
  }

  private static func hook(_ record: JSONObject) -> String {
    let name = record["hook_name"]?.stringValue ?? "hook"
    let output = record["output"]?.stringValue ?? ""
    return output.isEmpty ? "Hook \(name)" : "Hook \(name): \(output)"
  }

  /// What the record says to people, or else its name.
  private static func words(_ record: JSONObject) -> String {
    let names = ["summary", "text", "message", "content", "description", "status", "subtype", "type"]
    return names.lazy.compactMap { record[$0]?.stringValue }.first { !$0.isEmpty } ?? ""
  }
}
