/// One small transcript of every form that the importer reads, written for these tests.
enum Sample: String, CaseIterable {
  case claudeSession, claudeOutput, codexRollout, codexExec
  case geminiChat, geminiDocument, geminiOutput, opencodeExport, opencodeOutput
  case openHandsEvents, openHandsKinds, openHandsEvaluation, sweAgent, miniSweAgent, generic

  var fileName: String {
    switch self {
    case .geminiDocument, .opencodeExport, .openHandsEvents, .miniSweAgent: "\(rawValue).json"
    case .sweAgent: "\(rawValue).traj"
    default: "\(rawValue).jsonl"
    }
  }

  var text: String {
    switch self {
    case .claudeSession: Self.claudeSessionText
    case .claudeOutput: Self.claudeOutputText
    case .codexRollout: Self.codexRolloutText
    case .codexExec: Self.codexExecText
    case .geminiChat: Self.geminiChatText
    case .geminiDocument: Self.geminiDocumentText
    case .geminiOutput: Self.geminiOutputText
    case .opencodeExport: Self.opencodeExportText
    case .opencodeOutput: Self.opencodeOutputText
    case .openHandsEvents: Self.openHandsEventsText
    case .openHandsKinds: Self.openHandsKindsText
    case .openHandsEvaluation: Self.openHandsEvaluationText
    case .sweAgent: Self.sweAgentText
    case .miniSweAgent: Self.miniSweAgentText
    case .generic: Self.genericText
    }
  }

  /// What becomes of it, as `ImportedEvent.line` puts it, with a line of dashes between conversations.
  var events: String {
    switch self {
    case .claudeSession: Self.claudeSessionEvents
    case .claudeOutput: Self.claudeOutputEvents
    case .codexRollout: Self.codexRolloutEvents
    case .codexExec: Self.codexExecEvents
    case .geminiChat: Self.geminiChatEvents
    case .geminiDocument: Self.geminiDocumentEvents
    case .geminiOutput: Self.geminiOutputEvents
    case .opencodeExport: Self.opencodeExportEvents
    case .opencodeOutput: Self.opencodeOutputEvents
    case .openHandsEvents: Self.openHandsEventsEvents
    case .openHandsKinds: Self.openHandsKindsEvents
    case .openHandsEvaluation: Self.openHandsEvaluationEvents
    case .sweAgent: Self.sweAgentEvents
    case .miniSweAgent: Self.miniSweAgentEvents
    case .generic: Self.genericEvents
    }
  }
}
