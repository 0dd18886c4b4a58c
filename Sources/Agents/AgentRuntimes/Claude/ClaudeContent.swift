package import ControlModel

/// The content of Claude's messages as events, the same on standard output and in session files.
package enum ClaudeContent {
  /// One event for each block of an `assistant` record; at least one.
  package static func assistant(_ record: JSONObject) -> [EventDraft] {
    let message = record["message"]?.objectValue ?? [:]
    let isFailure = record["is_api_error_message"]?.boolValue ?? record["isApiErrorMessage"]?.boolValue ?? false
    var drafts = events(of: message) { block in isFailure ? failure(block) : assistantBlock(block) }
    if drafts.isEmpty { drafts = [EventDraft(.lifecycle, "An empty message", name: "runtime.note")] }
    for index in drafts.indices {
      drafts[index].messageID = message["id"]?.stringValue
      drafts[index].parentCallID = record["parent_tool_use_id"]?.stringValue
    }
    return drafts
  }

  /// One event for each block of a `user` record that no person wrote: results of tools, and what the CLI tells the
  /// model; at least one.
  package static func toolResults(_ record: JSONObject) -> [EventDraft] {
    let message = record["message"]?.objectValue ?? [:]
    var drafts = events(of: message) { block in
      block["type"]?.stringValue == "tool_result"
        ? result(block) : EventDraft(.lifecycle, text(of: block), name: "runtime.note")
    }
    if drafts.isEmpty { drafts = [EventDraft(.lifecycle, "An empty message", name: "runtime.note")] }
    for index in drafts.indices { drafts[index].parentCallID = record["parent_tool_use_id"]?.stringValue }
    return drafts
  }

  /// A string, or the texts of an array of blocks; what is no text is named in brackets.
  package static func text(ofContent content: JSONValue?) -> String {
    switch content {
    case .string(let text): text
    case .array(let blocks): blocks.map(text(of:)).joined(separator: "\n")
    case nil, .null: ""
    case .some(let other): other.text
    }
  }

  // MARK: Blocks

  private static func events(of message: JSONObject, _ event: (JSONValue) -> EventDraft) -> [EventDraft] {
    let blocks = blocks(of: message)
    let events = blocks.prefix(ClaimLimit.blocks).map(event)
    guard blocks.count > events.count else { return events }
    let text = "\(blocks.count - events.count) further blocks of the message stand in its record alone"
    return events + [EventDraft(.lifecycle, text, name: "runtime.note", isError: true)]
  }

  private static func blocks(of message: JSONObject) -> [JSONValue] {
    if let text = message["content"]?.stringValue { return [["type": "text", "text": .string(text)]] }
    return message["content"]?.arrayValue ?? []
  }

  private static func assistantBlock(_ block: JSONValue) -> EventDraft {
    let type = block["type"]?.stringValue ?? ""
    switch type {
    case "text": return EventDraft(.assistant, block["text"]?.stringValue ?? "")
    case "thinking": return EventDraft(.thinking, block["thinking"]?.stringValue ?? "")
    case "redacted_thinking": return EventDraft(.thinking, "[redacted]")
    case "tool_use", "server_tool_use", "mcp_tool_use":
      let name = block["name"]?.stringValue ?? "tool"
      let input = block["input"]?.objectValue ?? [:]
      return EventDraft(
        .toolCall, ClaudeToolText.text(name, input), callID: block["id"]?.stringValue, name: name)
    default:
      if block["tool_use_id"] != nil { return result(block) }
      return EventDraft(.output, block.text, name: "unknown")
    }
  }

  private static func failure(_ block: JSONValue) -> EventDraft {
    EventDraft(.error, text(of: block), name: "runtime.api", isError: true)
  }

  private static func result(_ block: JSONValue) -> EventDraft {
    EventDraft(
      .toolResult, text(ofContent: block["content"]), callID: block["tool_use_id"]?.stringValue,
      isError: block["is_error"]?.boolValue ?? false)
  }

  private static func text(of block: JSONValue) -> String {
    let type = block["type"]?.stringValue
    switch type {
    case "text": return block["text"]?.stringValue ?? ""
    case "image", "document": return "[\(type ?? "")]"
    case "tool_reference": return "[\(block["tool_name"]?.stringValue ?? "tool")]"
    default: return block.stringValue ?? block.text
    }
  }
}
