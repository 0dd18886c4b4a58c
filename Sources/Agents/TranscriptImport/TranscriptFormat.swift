import ControlModel

/// Whose records a file holds, told from the records: names and places are not to be trusted.
enum TranscriptFormat: Sendable, Hashable {
  case claude, codexRollout, codexExec, gemini, opencode, openhands, sweAgent, generic

  /// What one record says of its file; `nil` for one that many formats could hold.
  init?(ofRecord object: JSONObject) {
    let type = object["type"]?.stringValue ?? ""
    if Self.isCodexRollout(object, type) {
      self = .codexRollout
    } else if Self.isCodexExec(object, type) {
      self = .codexExec
    } else if Self.isGemini(object, type) {
      self = .gemini
    } else if Self.isClaude(object, type) {
      self = .claude
    } else if object["sessionID"] != nil, object["part"] != nil || object["timestamp"] != nil {
      self = .opencode
    } else if Self.isOpenHands(object) {
      self = .openhands
    } else {
      return nil
    }
  }

  /// The record of an agent nobody knows: something says what kind of record it is.
  static func isRecord(_ object: JSONObject) -> Bool {
    ["type", "kind", "role", "event", "method"].contains { object[$0]?.stringValue != nil }
  }

  private static func isCodexRollout(_ object: JSONObject, _ type: String) -> Bool {
    let types = ["session_meta", "response_item", "event_msg", "turn_context", "compacted"]
    return types.contains(type) && object["payload"]?.objectValue != nil
  }

  private static func isCodexExec(_ object: JSONObject, _ type: String) -> Bool {
    if type == "thread.started" { return object["thread_id"] != nil }
    return type.hasPrefix("item.") && object["item"]?.objectValue != nil
  }

  private static func isGemini(_ object: JSONObject, _ type: String) -> Bool {
    if object["projectHash"] != nil, object["sessionId"] != nil { return true }
    if type == "init" { return object["session_id"] != nil && object["model"] != nil && object["uuid"] == nil }
    if object.members.count == 1, let name = object.members.first?.name { return name == "$set" || name == "$rewindTo" }
    return type == "gemini" && object["content"] != nil
  }

  private static func isClaude(_ object: JSONObject, _ type: String) -> Bool {
    // Qwen's files look like Claude Code's, but hold Gemini's messages.
    if object["systemPayload"] != nil || object["message"]?["parts"] != nil { return false }
    if object["sessionId"] != nil {
      let isTree = object["uuid"] != nil && (object["parentUuid"] != nil || object["message"] != nil)
      return isTree || ClaudeNoteTypes.all.contains(type)
    }
    if object["session_id"] != nil {
      let isMessage = object["message"]?["content"] != nil && (type == "assistant" || type == "user")
      return isMessage || (type == "system" && object["subtype"] != nil)
        || (type == "result" && object["is_error"] != nil)
    }
    return (type == "summary" && object["leafUuid"] != nil)
      || (type == "file-history-snapshot" && object["messageId"] != nil)
  }

  private static func isOpenHands(_ object: JSONObject) -> Bool {
    if object["history"]?.arrayValue != nil { return object["instruction"] != nil || object["metrics"] != nil }
    guard object["source"] != nil, object["id"] != nil else { return false }
    return object["kind"]?.stringValue != nil || object["action"] != nil || object["observation"] != nil
  }
}

/// Claude Code's records about the state of a session.
enum ClaudeNoteTypes {
  static let all: Set<String> = [
    "queue-operation", "last-prompt", "mode", "permission-mode", "custom-title", "ai-title", "agent-name", "pr-link",
    "frame-link", "cost-state", "api-request", "api-request-blob", "api-request-shape", "atis-latch", "tools-used",
    "attachment", "progress", "worktree-state",
  ]
}
