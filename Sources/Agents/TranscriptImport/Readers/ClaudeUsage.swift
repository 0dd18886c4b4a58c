import AgentRuntimes
import ControlModel

/// Counts each token of Claude's messages once, although every record of a message repeats the message's usage.
struct ClaudeUsage {
  /// Records of one message stand near each other, with others between them: two generations of the latest messages are
  /// enough, and keep memory flat.
  private static let generation = 4096
  private var latest: [String: TokenUsage] = [:]
  private var older: [String: TokenUsage] = [:]

  /// What the record adds to its message's count; the last record of a message has the largest.
  mutating func add(_ message: JSONObject) -> TokenUsage? {
    guard let usage = ClaudeTotals.usage(message["usage"]) else { return nil }
    guard let id = message["id"]?.stringValue else { return usage }
    let known = latest[id] ?? older[id]
    if latest.count >= Self.generation { (older, latest) = (latest, [:]) }
    let added = usage - (known ?? .zero)
    latest[id] = (known ?? .zero).orElse(.zero) + added.orElse(.zero)
    return added == .zero ? nil : added
  }
}

/// Finds the calls that sub-agents belong to whose records stand among their parent's (Claude Code 1.0): a sub-agent
/// begins with the prompt that its call was given, and its records are linked by their parents' ids.
struct ClaudeSidechains {
  private var callOfPrompt: [String: String] = [:]
  private var callOfRecord: [String: String] = [:]

  mutating func noteCalls(of record: JSONObject) {
    for block in record["message"]?["content"]?.arrayValue ?? [] where block["type"]?.stringValue == "tool_use" {
      guard let prompt = block["input"]?["prompt"]?.stringValue, let id = block["id"]?.stringValue else { continue }
      callOfPrompt[prompt] = id
    }
  }

  mutating func call(of record: JSONObject) -> String? {
    guard let uuid = record["uuid"]?.stringValue else { return nil }
    let parent = record["parentUuid"]?.stringValue
    let prompt = ClaudeContent.text(ofContent: record["message"]?["content"])
    let call = parent.flatMap { callOfRecord[$0] } ?? callOfPrompt[prompt]
    if let call { callOfRecord[uuid] = call }
    return call
  }
}
