import ControlModel

/// Trajectories of SWE-agent and mini-SWE-agent. `trajectory` is shown; where a file has it, `history`, which tells the
/// same as the model saw it, is kept as notes.
struct SweAgentReader: TranscriptReader {
  let runtime = RuntimeName.sweAgent
  private(set) var conversation: String
  private var step = 0

  init(conversation: String) {
    self.conversation = conversation
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    let drafts = drafts(record)
    if record.string("role") == "user", drafts.first?.kind != .output {
      output.note(title: Self.text(record.object["content"]), .prompt, of: conversation)
    }
    let time = RecordTime.of(record.object).orElse(.read(record.object["extra"]?["timestamp"]))
    output.add(drafts, of: record, to: conversation, key: nil, at: time)
  }

  private mutating func drafts(_ record: TranscriptRecord) -> [EventDraft] {
    switch record.role {
    case .step: return step(record.object)
    case .message: return [message(record.object)]
    case .header: return [result(record.object)]
    default: return [EventDraft(.lifecycle, "", name: "swe-agent.\(record.string("role") ?? "note")")]
    }
  }

  private mutating func step(_ object: JSONObject) -> [EventDraft] {
    step += 1
    let id = "step-\(step)"
    var drafts: [EventDraft] = []
    if let thought = object["thought"]?.stringValue, !thought.isEmpty { drafts.append(EventDraft(.assistant, thought)) }
    drafts.append(EventDraft(.toolCall, object["action"]?.stringValue ?? "", callID: id, name: "shell"))
    var result = EventDraft(.toolResult, object["observation"]?.stringValue ?? "", callID: id, name: "shell")
    var disbelief = Disbelief()
    result.duration = disbelief.take("execution_time", object["execution_time"], times: 1000)
    result.tell(disbelief)
    drafts.append(result)
    return drafts
  }

  private func message(_ object: JSONObject) -> EventDraft {
    let text = Self.text(object["content"])
    switch object["role"]?.stringValue {
    case "assistant": return EventDraft(.assistant, text)
    case "tool":
      return EventDraft(.toolResult, text, callID: object["tool_call_ids"]?.arrayValue?.first?.stringValue)
    case "user" where object["message_type"]?.stringValue == "observation" || object["extra"] != nil:
      return EventDraft(.output, text)
    case "user": return EventDraft(.user, text)
    case let role: return EventDraft(.lifecycle, text, name: "swe-agent.\(role ?? "message")")
    }
  }

  private func result(_ info: JSONObject) -> EventDraft {
    let status = info["exit_status"]?.stringValue ?? "unknown"
    var disbelief = Disbelief()
    let stats = disbelief.object("model_stats", info["model_stats"])
    let usage = TokenUsage(
      input: disbelief.count("model_stats.tokens_sent", stats?["tokens_sent"]),
      output: disbelief.count("model_stats.tokens_received", stats?["tokens_received"]))
    var draft = EventDraft(
      .result, info["submission"]?.stringValue ?? "", isError: !status.lowercased().hasPrefix("submitted"),
      usage: usage == .zero ? nil : usage,
      cost: disbelief.take("model_stats.instance_cost", stats?["instance_cost"]),
      detail: ["stopReason": .string(status)])
    draft.tell(disbelief)
    return draft
  }

  private static func text(_ content: JSONValue?) -> String {
    guard let blocks = content?.arrayValue else { return content?.stringValue ?? "" }
    return blocks.map { $0["text"]?.stringValue ?? $0.text }.joined(separator: "\n")
  }
}
