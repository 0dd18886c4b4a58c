package import ControlModel

/// Codex's items as events. The same items come in three spellings: `command_execution` from `codex exec --json`,
/// `commandExecution` from the app-server, `CommandExecution` in rollout files.
package struct CodexItems: Sendable {
  /// Set before call ids: `codex exec` begins again with `item_0` in every process.
  package var scope = ""
  /// Of one that is forgotten, because more have begun since, the call is told again with its result.
  private var begun = NewestSet<String>(limit: ClaimLimit.openCalls)

  package init() {}

  /// An item that has begun: a call, or nothing yet to show.
  package mutating func started(_ item: JSONObject) -> [EventDraft] {
    guard let call = call(item), let id = call.callID else { return [note(item)] }
    guard id.utf8.count <= ClaimLimit.id else { return [call] }
    guard begun.insert(id) else { return [note(item)] }
    return [call]
  }

  /// An item that is complete; a call that was not seen to begin comes before its result.
  package mutating func completed(_ item: JSONObject) -> [EventDraft] {
    let text = Self.text(item)
    switch Self.type(item) {
    case "agentmessage": return [EventDraft(.assistant, text, messageID: item["id"]?.stringValue)]
    case "usermessage": return [EventDraft(.user, text, messageID: item["id"]?.stringValue)]
    case "reasoning": return [EventDraft(.thinking, text)]
    case "error": return [EventDraft(.error, text, name: "codex.item", isError: true)]
    default: break
    }
    guard let call = call(item) else { return [note(item)] }
    let isKnown = call.callID.map { $0.utf8.count > ClaimLimit.id || begun.remove($0) } ?? false
    return (isKnown ? [] : [call]) + [result(item, of: call)]
  }

  // MARK: Parts

  private func call(_ item: JSONObject) -> EventDraft? {
    let callID = item["id"]?.stringValue.map { scope + $0 }
    func draft(_ name: String, _ text: String) -> EventDraft {
      EventDraft(.toolCall, text, callID: callID, name: name)
    }
    switch Self.type(item) {
    case "commandexecution": return draft("shell", CodexCalls.command(item["command"]))
    case "filechange": return draft("apply_patch", CodexCalls.paths(item["changes"]))
    case "mcptoolcall", "dynamictoolcall", "collabtoolcall", "collabagenttoolcall":
      let name = [item["server"]?.stringValue, item["tool"]?.stringValue].compactMap(\.self).joined(separator: ".")
      return draft(name.isEmpty ? "tool" : name, item["arguments"]?.text ?? item["prompt"]?.stringValue ?? "")
    case "websearch": return draft("web_search", item["query"]?.stringValue ?? item["action"]?.text ?? "")
    case "imageview": return draft("view_image", item["path"]?.stringValue ?? "")
    default: return nil
    }
  }

  private func result(_ item: JSONObject, of call: EventDraft) -> EventDraft {
    let status = item["status"]?.stringValue ?? "completed"
    let exit = (item["exit_code"] ?? item["exitCode"])?.integerValue
    var draft = EventDraft(.toolResult, output(item), callID: call.callID, name: call.name)
    draft.isError = ["failed", "declined"].contains(status) || (exit ?? 0) != 0 || item["error"]?.isNull == false
    var disbelief = Disbelief()
    draft.duration = disbelief.take("duration_ms", item["duration_ms"] ?? item["durationMs"])
    draft.tell(disbelief)
    if let exit { draft.detail["exitCode"] = JSONValue(exit) }
    draft.detail["status"] = item["status"]
    return draft
  }

  private func output(_ item: JSONObject) -> String {
    let names = ["aggregated_output", "aggregatedOutput", "formatted_output", "stdout"]
    if let text = names.lazy.compactMap({ item[$0]?.stringValue }).first { return text }
    if let error = item["error"], !error.isNull { return error["message"]?.stringValue ?? error.text }
    if let content = item["result"]?["content"] { return ClaudeContent.text(ofContent: content) }
    return item["result"].map { $0.isNull ? "" : $0.text } ?? item["status"]?.stringValue ?? ""
  }

  private func note(_ item: JSONObject) -> EventDraft {
    let type = item["type"]?.stringValue ?? "item"
    return EventDraft(.lifecycle, Self.text(item), name: "codex.\(type)")
  }

  // MARK: Reading

  /// The item's type in the one spelling that all three fold to.
  package static func type(_ item: JSONObject) -> String {
    (item["type"]?.stringValue ?? "").lowercased().filter { $0 != "_" }
  }

  private static func text(_ item: JSONObject) -> String {
    if let text = (item["text"] ?? item["message"])?.stringValue { return text }
    for name in ["content", "summary_text", "summary", "raw_content"] {
      guard let parts = item[name]?.arrayValue, !parts.isEmpty else { continue }
      return parts.map { $0.stringValue ?? $0["text"]?.stringValue ?? $0.text }.joined(separator: "\n")
    }
    let steps = item["items"]?.arrayValue ?? []
    return steps.map { step in
      "\(step["completed"]?.boolValue == true ? "✓" : "·") \(step["text"]?.stringValue ?? step.text)"
    }.joined(separator: "\n")
  }
}

/// What Codex's tool calls are about, in one phrase for people.
package enum CodexCalls {
  /// The command of a shell call: a string or an argument vector; the shell around a script is left out.
  package static func command(_ value: JSONValue?) -> String {
    guard let words = value?.arrayValue?.compactMap(\.stringValue) else {
      return value?.stringValue.map(CodexShellWord.script) ?? ""
    }
    let isShell = words.count == 3 && ["-lc", "-c"].contains(words[1])
    return isShell ? words[2] : words.joined(separator: " ")
  }

  /// The files of a change: an array of `{path, kind}` or an object by path.
  package static func paths(_ changes: JSONValue?) -> String {
    let paths =
      changes?.objectValue?.members.map(\.name)
      ?? changes?.arrayValue?.compactMap { $0["path"]?.stringValue } ?? []
    return paths.joined(separator: "\n")
  }

  /// A function call of the Responses API; `arguments` is JSON in a string.
  package static func function(_ arguments: JSONValue?) -> String {
    guard let text = arguments?.stringValue else { return arguments?.text ?? "" }
    guard let object = try? JSONValue(parsing: text).objectValue else { return text }
    if let command = object["command"] ?? object["cmd"] { return Self.command(command) }
    return text
  }
}
