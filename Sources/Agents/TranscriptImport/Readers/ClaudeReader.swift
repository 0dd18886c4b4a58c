import AgentRuntimes
import ControlModel

/// Claude Code's session files and what `claude -p --output-format stream-json` prints. The two give the same record
/// the same uuid, so that one conversation read from both has each event once.
struct ClaudeReader: TranscriptReader {
  let runtime = RuntimeName.claudeCode
  private(set) var conversation: String
  /// The parent's tool call that the whole file belongs to: it is a sub-agent's.
  private let parentCall: String?
  private let forks: ForkedHistory
  private var usage = ClaudeUsage()
  private var sidechains = ClaudeSidechains()
  private var totals = ClaudeTotals()
  private var countedInTurn = TokenUsage.zero
  /// The agent has answered the last prompt, so that the next one begins another turn.
  private var isAnswered = false
  private var uuids: Set<ContentHash> = []
  /// Which call of the parent started which sub-agent.
  private(set) var agentCalls: [String: String] = [:]

  init(conversation: String, parentCall: String? = nil, forks: ForkedHistory) {
    self.conversation = conversation
    self.parentCall = parentCall
    self.forks = forks
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    if let id = record.string("sessionId") ?? record.string("session_id"), !id.isEmpty { conversation = id }
    output.note(directory: record.string("cwd"), of: conversation)
    noteAgent(record)
    let uuid = record.string("uuid")
    if let uuid { uuids.insert(ContentHash(uuid)) }
    var drafts = drafts(record, into: &output)
    if let call = parent(of: record) {
      for index in drafts.indices { drafts[index].parentCallID = drafts[index].parentCallID ?? call }
    }
    output.add(drafts, of: record, to: conversation, key: uuid, at: RecordTime.of(record.object))
  }

  private mutating func drafts(_ record: TranscriptRecord, into output: inout ReadEvents) -> [EventDraft] {
    switch record.type {
    case "assistant": return assistant(record)
    case "user": return user(record, into: &output)
    case "result" where record.object["duration_ms"] != nil || record.object["subtype"] != nil: return [result(record)]
    case "system":
      return [ClaudeNotice.system(record.object, record.bytes)]
    case "attachment": return [attachment(record)]
    default: return [note(record, into: &output)]
    }
  }

  // MARK: Messages

  private mutating func assistant(_ record: TranscriptRecord) -> [EventDraft] {
    sidechains.noteCalls(of: record.object)
    var drafts = ClaudeContent.assistant(record.object)
    let message = record.object["message"]?.objectValue ?? [:]
    if let added = usage.add(message), isOwn(record, message) {
      drafts[drafts.count - 1].usage = added
      countedInTurn = countedInTurn + added
    }
    if !isOfAgent(record) { isAnswered = true }
    return drafts
  }

  private func isOwn(_ record: TranscriptRecord, _ message: JSONObject) -> Bool {
    guard let id = message["id"]?.stringValue, let uuid = record.string("uuid") else { return true }
    return forks.isOwn(message: id, record: uuid, of: conversation)
  }

  private mutating func user(_ record: TranscriptRecord, into output: inout ReadEvents) -> [EventDraft] {
    let message = ClaudeUserMessage(record.object)
    if isOfAgent(record) {
      return message.results ?? [EventDraft(.lifecycle, message.text, name: "claude.agent_prompt")]
    }
    if let results = message.results { return results }
    if let note = message.note { return [note] }
    if message.isInterruption {
      isAnswered = false
      return [EventDraft(.result, "Interrupted", detail: ["stopReason": "interrupted"])]
    }
    endTurn(before: record, into: &output)
    output.note(title: message.text, .prompt, of: conversation)
    return [EventDraft(.user, message.text, messageID: record.string("uuid"))]
  }

  /// Session files have no `result` records: the next prompt tells that a turn was over.
  private mutating func endTurn(before record: TranscriptRecord, into output: inout ReadEvents) {
    defer { isAnswered = false }
    guard isAnswered, let uuid = record.string("uuid") else { return }
    let end = EventDraft(.result, "", detail: ["stopReason": "end_turn"])
    output.add(end, impliedBy: uuid, to: conversation)
  }

  private mutating func result(_ record: TranscriptRecord) -> EventDraft {
    isAnswered = false
    var added = totals.add(record.object)
    // The messages of the turn have counted most of it; their own counts of output stop at the first token.
    added.usage = added.usage.map { $0 - countedInTurn }
    countedInTurn = .zero
    return ClaudeResult(record.object).event(added)
  }

  // MARK: Notes

  private func attachment(_ record: TranscriptRecord) -> EventDraft {
    let attachment = record.object["attachment"]?.objectValue ?? [:]
    let type = attachment["type"]?.stringValue ?? "unknown"
    if type == "queued_command", attachment["commandMode"]?.stringValue ?? "prompt" == "prompt",
      let prompt = attachment["prompt"]
    {
      let id = attachment["source_uuid"]?.stringValue ?? record.string("uuid")
      return EventDraft(.user, ClaudeContent.text(ofContent: prompt), messageID: id)
    }
    let words = ["content", "text", "stdout", "stderr", "hookName", "filename"]
    let text = words.lazy.compactMap { attachment[$0]?.stringValue }.first { !$0.isEmpty } ?? ""
    return EventDraft(.lifecycle, text, name: "claude.\(type)", isError: type.hasSuffix("_error"))
  }

  /// State notes are not part of the conversation's tree: titles, modes, queues, snapshots, request shapes.
  private mutating func note(_ record: TranscriptRecord, into output: inout ReadEvents) -> EventDraft {
    let words = ["summary", "aiTitle", "customTitle", "title", "content", "operation", "mode", "prUrl", "name"]
    let text = words.lazy.compactMap { record.string($0) }.first ?? ""
    switch record.type {
    case "summary":
      // At the head of a file summaries speak of other conversations.
      if let leaf = record.string("leafUuid"), uuids.contains(ContentHash(leaf)) {
        output.note(title: text, .summary, of: conversation)
      }
    case "ai-title": output.note(title: text, .generated, of: conversation)
    case "custom-title": output.note(title: text, .given, of: conversation)
    case "tool_use", "tool_result": return GenericMapping.drafts(record.object)[0]
    default: break
    }
    return EventDraft(.lifecycle, text, name: "claude.\(record.type.isEmpty ? "unknown" : record.type)")
  }

  // MARK: Sub-agents

  private func isOfAgent(_ record: TranscriptRecord) -> Bool {
    record.object["isSidechain"]?.boolValue == true || record.string("parent_tool_use_id") != nil || parentCall != nil
  }

  /// The call that a sub-agent's record belongs to; where none is known, the agent's own id keeps its events together.
  private mutating func parent(of record: TranscriptRecord) -> String? {
    guard isOfAgent(record) else { return nil }
    if let call = parentCall ?? record.string("parent_tool_use_id") { return call }
    return sidechains.call(of: record.object) ?? "agent-\(record.string("agentId") ?? conversation)"
  }

  private mutating func noteAgent(_ record: TranscriptRecord) {
    guard let agent = record.object["toolUseResult"]?["agentId"]?.stringValue else { return }
    let blocks = record.object["message"]?["content"]?.arrayValue ?? []
    if let call = blocks.lazy.compactMap({ $0["tool_use_id"]?.stringValue }).first { agentCalls[agent] = call }
  }
}
