import AgentRuntimes
import ControlModel

/// What `codex exec --json` prints.
struct CodexExecReader: TranscriptReader {
  let runtime = RuntimeName.codex
  private(set) var conversation: String
  private var items = CodexItems()
  private var usage = CodexUsage()
  /// All of the file so far. Records have neither ids nor times, and a resumed thread begins with the same ones again:
  /// only what came before tells them apart.
  private var chain = ContentHash()

  init(conversation: String) {
    self.conversation = conversation
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    chain.add(record.bytes)
    if record.type == "thread.started", let id = record.string("thread_id") {
      // The thread's rollout file tells the same in other records; the two must not be mixed.
      conversation = "\(id)/exec"
    }
    output.add(drafts(record), of: record, to: conversation, key: chain.text, at: RecordTime.of(record.object))
  }

  private mutating func drafts(_ record: TranscriptRecord) -> [EventDraft] {
    let item = record.object["item"]?.objectValue ?? [:]
    switch record.type {
    case "item.started": return items.started(item)
    case "item.completed": return items.completed(item)
    case "turn.started":
      items.scope = "\(chain.text)/"
      return [EventDraft(.lifecycle, "", name: "codex.turn.started")]
    case "turn.completed":
      let added = TokenUsage.codex("usage", record.object["usage"]).flatMap { usage.add(total: $0, last: nil) }
      return [EventDraft(.result, "", usage: added, detail: ["stopReason": "end_turn"])]
    case "turn.failed":
      let message = record.object["error"]?["message"]?.stringValue ?? "The turn failed"
      return [EventDraft(.result, message, isError: true, detail: ["stopReason": "failed"])]
    case "error": return [EventDraft(.error, record.string("message") ?? "", name: "codex.error", isError: true)]
    default: return [EventDraft(.lifecycle, "", name: "codex.\(record.type)")]
    }
  }
}

/// Turns the running totals of a thread into what each report adds.
struct CodexUsage {
  private var total: TokenUsage?

  /// `last` is what the report's own request used; it counts where the total cannot: at the first report, which may
  /// hold what was used before a fork, and after a total that went down.
  mutating func add(total next: TokenUsage, last: TokenUsage?) -> TokenUsage? {
    let known = total
    total = next.orElse(known ?? .zero)
    guard let known else { return last ?? next }
    let isReset = next.orElse(known).total < known.total
    let added = isReset ? last ?? next : next - known
    return added == .zero ? nil : added
  }
}
