package import ControlModel

/// The log of an agent that somebody else started, as events: records that Claude Code or Codex print are read as those,
/// everything else is plain output. Nobody speaks to the agent, so what a driver would answer is left out.
package struct LogTranscript: LogTranscriber {
  package private(set) var runtime: RuntimeName?
  private var claude: ClaudeCodeDriver?
  private var codex = CodexLog()

  package init(_ session: SessionID) {
    claude = (try? ResourceName("foreign")).map { agent in
      var driver = ClaudeCodeDriver(
        RuntimeConfiguration(
          session: session, agent: agent, runtime: .claudeCode, workingDirectory: "", stateDirectory: ""))
      // Else it would take each record for one of a process that it has not started.
      _ = driver.launch(at: Timestamp(microseconds: 0))
      return driver
    }
  }

  package mutating func replay(_ event: Event) {
    guard case .object(let record) = RawRecord.read(event.content.raw) else { return }
    switch LogRecord(record) {
    case .claude:
      runtime = .claudeCode
      claude?.replay(event)
    case .codex:
      runtime = .codex
      codex.replay(record)
    case nil: break
    }
  }

  package mutating func read(_ line: [UInt8], at time: Timestamp) -> [EventDraft] {
    guard line.first == UInt8(ascii: "{"), case .object(let record) = RawRecord.read(line) else {
      return [plain(line)]
    }
    switch LogRecord(record) {
    case .claude:
      runtime = .claudeCode
      return claude?.read(record, line, at: time) ?? [plain(line)]
    case .codex:
      runtime = .codex
      return codex.read(record).map { $0.with(raw: line) }
    case nil: return [EventDraft(.output, Self.words(of: record) ?? String(decoding: line, as: UTF8.self), raw: line)]
    }
  }

  private func plain(_ line: [UInt8]) -> EventDraft {
    EventDraft(.output, String(decoding: line, as: UTF8.self), raw: RawRecord.quoting(line))
  }

  /// Of a structured log, what most likely says something to people.
  private static func words(of record: JSONObject) -> String? {
    ["text", "message", "msg", "content"].lazy.compactMap { record[$0]?.stringValue }.first { !$0.isEmpty }
  }
}

/// Whose record a line of a log is, told by what only that agent prints.
private enum LogRecord {
  case claude, codex

  init?(_ record: JSONObject) {
    let type = record["type"]?.stringValue ?? ""
    if record["session_id"]?.stringValue != nil, Self.isClaude(record, type) {
      self = .claude
    } else if Self.isCodex(record, type) {
      self = .codex
    } else {
      return nil
    }
  }

  private static func isClaude(_ record: JSONObject, _ type: String) -> Bool {
    switch type {
    case "assistant", "user": record["message"]?["content"] != nil
    case "system": record["subtype"] != nil
    case "result": record["is_error"] != nil
    case "stream_event", "rate_limit_event": true
    default: false
    }
  }

  private static func isCodex(_ record: JSONObject, _ type: String) -> Bool {
    switch type {
    case "thread.started": record["thread_id"] != nil
    case "turn.started", "turn.completed", "turn.failed": record["message"] == nil
    case "item.started", "item.updated", "item.completed": record["item"]?.objectValue != nil
    default: false
    }
  }
}

extension ClaudeCodeDriver {
  /// A message of the user comes only with a log: to a driver it is its own.
  fileprivate mutating func read(_ record: JSONObject, _ line: [UInt8], at time: Timestamp) -> [EventDraft] {
    if let words = Self.prompt(record) {
      return [EventDraft(.user, words, messageID: record["uuid"]?.stringValue, raw: line)]
    }
    if let id = record["session_id"]?.stringValue { conversation.take(id) }
    let drafts = receive(line, from: .standardOutput, at: time).compactMap { action in
      if case .emit(let draft) = action { draft } else { nil }
    }
    return drafts.isEmpty ? [EventDraft(.lifecycle, "", name: "claude.record", raw: line)] : drafts
  }

  private static func prompt(_ record: JSONObject) -> String? {
    guard record["type"]?.stringValue == "user", let content = record["message"]?["content"],
      record["parent_tool_use_id"]?.stringValue == nil, record["isSynthetic"]?.boolValue != true
    else { return nil }
    let blocks = content.arrayValue ?? []
    guard !blocks.contains(where: { $0["type"]?.stringValue == "tool_result" }) else { return nil }
    return ClaudeContent.text(ofContent: content)
  }
}
