import ControlModel

/// What `codex exec --json` prints.
struct CodexLog: Sendable {
  private var items = CodexItems()
  /// Each process numbers its items from 0: the thread and the count of its turns tell them apart.
  private var thread = ""
  private var turns = 0
  private var total = TokenUsage.zero

  mutating func replay(_ record: JSONObject) {
    _ = read(record)
  }

  mutating func read(_ record: JSONObject) -> [EventDraft] {
    let item = record["item"]?.objectValue ?? [:]
    switch record["type"]?.stringValue ?? "" {
    case "thread.started": return [begin(record["thread_id"]?.stringValue ?? "")]
    case "turn.started":
      turns += 1
      items.scope = "\(thread)/\(turns)/"
      return [EventDraft(.lifecycle, "A turn begins", name: "runtime.turn")]
    case "item.started": return items.started(item)
    case "item.completed": return items.completed(item)
    case "turn.completed":
      return [EventDraft(.result, "", usage: added(record["usage"]), detail: ["stopReason": "end_turn"])]
    case "turn.failed":
      let message = record["error"]?["message"]?.stringValue ?? "The turn failed"
      return [EventDraft(.result, message, isError: true, detail: ["stopReason": "failed"])]
    case let type: return [EventDraft(.lifecycle, "", name: "codex.\(type)")]
    }
  }

  private mutating func begin(_ id: String) -> EventDraft {
    (thread, total) = (id, .zero)
    return EventDraft(
      .lifecycle, "Codex started", name: "runtime.started", detail: ["runtimeSessionID": .string(id)])
  }

  /// Codex counts all of the thread at each turn's end; cached input is part of its input.
  private mutating func added(_ usage: JSONValue?) -> TokenUsage? {
    guard let usage else { return nil }
    func count(_ name: String) -> Int64 { usage[name]?.integerValue ?? 0 }
    let cached = count("cached_input_tokens")
    let next = TokenUsage(
      input: max(0, count("input_tokens") - cached), output: count("output_tokens"), cacheRead: cached)
    defer { total = next }
    guard next.total >= total.total else { return next }
    return TokenUsage(
      input: next.input - total.input, output: next.output - total.output, cacheRead: next.cacheRead - total.cacheRead)
  }
}
