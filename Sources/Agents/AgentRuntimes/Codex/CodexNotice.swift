import ControlModel

/// The app-server's notifications about itself: retries, limits, plans, warnings. All are `lifecycle`, named `codex.` and
/// the method; a method nobody has heard of is `output`, named `unknown`.
enum CodexNotice {
  /// What the app-server is asked not to send: pieces of items that come whole when they are complete, and records that
  /// say again what others say.
  static let unwanted: Set<String> = [
    "item/agentMessage/delta", "item/plan/delta", "item/reasoning/summaryTextDelta",
    "item/reasoning/summaryPartAdded", "item/reasoning/textDelta", "item/commandExecution/outputDelta",
    "item/fileChange/outputDelta", "item/fileChange/patchUpdated", "command/exec/outputDelta", "process/outputDelta",
    "thread/started", "thread/status/changed", "turn/diff/updated", "remoteControl/status/changed",
    "account/rateLimits/updated",
  ]

  private static let spaces: Set<String> = [
    "thread", "turn", "item", "skills", "project", "hook", "autoApprovalReview", "command", "process", "mcpServer",
    "account", "app", "externalAgentConfig", "fs", "model", "modelProvider", "fuzzyFileSearch", "remoteControl",
  ]
  private static let words: Set<String> = ["warning", "guardianWarning", "deprecationNotice", "configWarning"]

  static func event(_ method: String, _ parameters: JSONObject, _ record: JSONObject, _ line: [UInt8]) -> EventDraft {
    if method == "error" { return failure(parameters, line) }
    if method == "turn/plan/updated" {
      return EventDraft(.lifecycle, plan(parameters), name: "codex.plan", raw: line)
    }
    let space = method.split(separator: "/").first.map(String.init) ?? ""
    guard spaces.contains(space) && method.contains("/") || words.contains(method) else {
      return unknown(record, line)
    }
    return EventDraft(
      .lifecycle, text(method, parameters), name: "codex.\(method.split(separator: "/").joined(separator: "."))",
      raw: line)
  }

  static func unknown(_ record: JSONObject, _ line: [UInt8]) -> EventDraft {
    let method = record["method"]?.stringValue
    return EventDraft(
      .output,
      method.map { "\($0): \(record["params"]?.text ?? "")" }
        ?? "A record without a method: \(JSONValue.object(record).text)",
      name: "unknown", raw: line)
  }

  /// A failure that Codex tries to mend is news; one that ends the turn is told by the turn's `result` as well.
  private static func failure(_ parameters: JSONObject, _ line: [UInt8]) -> EventDraft {
    let error = parameters["error"]
    let parts = [error?["message"]?.stringValue, error?["additionalDetails"]?.stringValue].compactMap(\.self)
    let text = parts.isEmpty ? "An error without a message" : parts.joined(separator: " — ")
    if parameters["willRetry"]?.boolValue == true {
      return EventDraft(.lifecycle, text, name: "codex.retry", isError: true, raw: line)
    }
    return EventDraft(.error, text, name: "runtime.api", isError: true, raw: line)
  }

  private static func plan(_ parameters: JSONObject) -> String {
    let marks = ["completed": "✓", "inProgress": "▸"]
    let steps = (parameters["plan"]?.arrayValue ?? []).map { step in
      "\(marks[step["status"]?.stringValue ?? ""] ?? "·") \(step["step"]?.stringValue ?? "")"
    }
    return ([parameters["explanation"]?.stringValue].compactMap(\.self) + steps).joined(separator: "\n")
  }

  /// What the record says to people, or else its method.
  private static func text(_ method: String, _ parameters: JSONObject) -> String {
    let names = ["message", "summary", "text", "threadName", "name", "status"]
    return names.lazy.compactMap { parameters[$0]?.stringValue }.first { !$0.isEmpty } ?? method
  }
}
