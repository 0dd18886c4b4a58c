/// What a text on the screen is; themes give it its looks.
///
/// A role takes what it does not say itself from its prefixes: `state.failed` from `state`, `state` from `text`.
package enum Role: String, Sendable, Hashable, CaseIterable {
  case text
  case textDim = "text.dim"
  case textBold = "text.bold"
  case header
  case headerAlarm = "header.alarm"
  case paneBorder = "pane.border"
  case paneBorderFocused = "pane.border.focused"
  case paneTitle = "pane.title"
  case listHeader = "list.header"
  case listSelected = "list.selected"
  case listSelectedUnfocused = "list.selected.unfocused"
  case stateStarting = "state.starting"
  case stateWorking = "state.working"
  case stateWaiting = "state.waiting"
  case stateApproval = "state.approval"
  case stateSuspended = "state.suspended"
  case stateRestarting = "state.restarting"
  case stateStalled = "state.stalled"
  case statePaused = "state.paused"
  case stateUnknown = "state.unknown"
  case stateFailed = "state.failed"
  case stateFinished = "state.finished"
  case stateKilled = "state.killed"
  case transcriptUser = "transcript.user"
  case transcriptAssistant = "transcript.assistant"
  case transcriptThinking = "transcript.thinking"
  case transcriptTool = "transcript.tool"
  case transcriptResult = "transcript.result"
  case transcriptError = "transcript.error"
  case transcriptOutput = "transcript.output"
  case transcriptTime = "transcript.time"
  case transcriptLifecycle = "transcript.lifecycle"
  case transcriptOperation = "transcript.operation"
  case diffAdded = "diff.added"
  case diffRemoved = "diff.removed"
  case secretSealed = "secret.sealed"
  case secretWarning = "secret.warning"
  case bar
  case barKey = "bar.key"
  case dialog
  case dialogDanger = "dialog.danger"
  case prompt
  case searchMatch = "search.match"
  case noticeInfo = "notice.info"
  case noticeWarning = "notice.warning"
  case noticeError = "notice.error"

  /// The role of a session's state, by the state's name.
  package static func state(_ name: String) -> Role { Role(rawValue: "state.\(name)") ?? .text }

  /// The names that a theme may define: the roles and their prefixes.
  static let names: Set<String> = Set(allCases.flatMap { chain(of: $0.rawValue) })

  /// `text`, then the prefixes, shortest first, then the name itself.
  static func chain(of name: String) -> [String] {
    var chain = ["text"]
    let parts = name.split(separator: ".")
    for count in 1...max(1, parts.count) {
      let prefix = parts.prefix(count).joined(separator: ".")
      if prefix != "text" { chain.append(prefix) }
    }
    return chain
  }
}
