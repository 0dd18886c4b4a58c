import ControlModel

/// The reader for a file, with what its place tells of its conversation.
struct TranscriptReaders {
  let forks = ForkedHistory()

  func make(
    _ format: TranscriptFormat, _ file: TranscriptPath, conversation: String?, hasEventMessages: Bool = true
  ) -> any TranscriptReader {
    let name = conversation ?? Self.fallback(format, file)
    switch format {
    case .claude: return ClaudeReader(conversation: name, forks: forks)
    case .codexRollout:
      return CodexRolloutReader(conversation: name, hasDisplayFamily: hasEventMessages, forks: forks)
    case .codexExec: return CodexExecReader(conversation: name)
    case .gemini: return GeminiReader(conversation: name)
    case .opencode: return OpencodeReader(conversation: name)
    case .openhands: return OpenHandsReader(conversation: name)
    case .sweAgent: return SweAgentReader(conversation: name)
    case .generic: return GenericReader(conversation: name)
    }
  }

  /// Files that do not name their conversation are one each; OpenHands keeps one event a file.
  private static func fallback(_ format: TranscriptFormat, _ file: TranscriptPath) -> String {
    let components = file.components
    for folder in ["subagents", "workflows", "tool-results"] where format == .claude {
      if let place = components.firstIndex(of: folder), place > 0 { return components[place - 1] }
    }
    if format == .openhands, components.count > 2, components[components.count - 2] == "events" {
      return components[components.count - 3]
    }
    if format == .codexRollout, file.stem.utf8.count >= 36 {
      let id = String(file.stem.suffix(36))
      if SessionID(id) != nil { return id }
    }
    // The same name stands in many folders.
    return SessionID(file.stem) != nil ? file.stem : components.suffix(2).joined(separator: "/")
  }
}
