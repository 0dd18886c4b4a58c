package import ControlModel

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
    guard let next = TokenUsage.codex("usage", usage) else { return nil }
    defer { total = next.orElse(total) }
    return next.orElse(total).total < total.total ? next : next - total
  }
}

extension TokenUsage {
  /// As `codex exec` and its files count: cached input within the input, reasoning within the output.
  package static func codex(_ name: String, _ value: JSONValue?) -> TokenUsage? {
    TokenUsage(claim: name, value) { TokenUsage(codex: $0) }
  }

  private init(codex object: JSONObject) {
    var disbelief = Disbelief()
    func count(_ name: String) -> TokenCount? { disbelief.count("usage.\(name)", object[name]) }
    let cached = count("cached_input_tokens")
    self.init(
      input: count("input_tokens").map { $0 - (cached ?? 0) }, output: count("output_tokens"), cacheRead: cached)
    self.disbelief = disbelief
  }
}
