import AgentRuntimes
import ControlModel

/// A `user` record: what a person wrote, the results of tools, or what the CLI tells the model in the user's name.
struct ClaudeUserMessage {
  /// The results of tools, when the record has any.
  let results: [EventDraft]?
  let text: String
  private let record: JSONObject

  init(_ record: JSONObject) {
    self.record = record
    let content = record["message"]?["content"]
    let hasResult = content?.arrayValue?.contains { $0["type"]?.stringValue == "tool_result" } ?? false
    results = hasResult ? ClaudeContent.toolResults(record) : nil
    text = ClaudeContent.text(ofContent: content)
  }

  var isInterruption: Bool { text.hasPrefix("[Request interrupted by user") }

  /// What no person wrote.
  var note: EventDraft? {
    guard let name = noteName else { return nil }
    return EventDraft(.lifecycle, text, name: "claude.\(name)")
  }

  private var noteName: String? {
    if record["isCompactSummary"]?.boolValue == true { return "compact_summary" }
    if record["isMeta"]?.boolValue == true || record["isSynthetic"]?.boolValue == true { return "note" }
    // The CLI marks these by nothing but the tags it puts around them.
    let prefixes = [
      ("<command-name>", "command"), ("<command-message>", "command"), ("<local-command-", "command"),
      ("<bash-", "command"), ("<task-notification>", "task_notification"), ("<system-reminder>", "note"),
    ]
    return prefixes.first { text.hasPrefix($0.0) }?.1
  }
}
