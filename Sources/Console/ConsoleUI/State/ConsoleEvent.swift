package import ConsoleConfig
package import ControlModel
package import TerminalCore

/// All that can happen to the console: keys, time, and the answers to its effects.
package enum ConsoleEvent: Sendable {
  case key(Key)
  case paste(String)
  case resize(Size)
  /// About once a second: clocks, ages and deferred re-sorting.
  case tick
  /// Some time has passed since the cursor came to a session.
  case cursorRested(SessionID)

  case storeChanged(StoreChange)
  case sessionsLoaded(SessionListing)
  /// Single sessions read again; one that is gone is named in `missing`.
  case sessionsRefreshed([Session], missing: [SessionID])
  case teamsLoaded([Team], agents: [Agent], unreadable: [UnreadableRow] = [])
  case secretsLoaded([Secret], unreadable: [UnreadableRow] = [])
  case usageLoaded(since: Timestamp, Usage)
  case entriesLoaded(SessionID, EventWindow, limit: Int, [TranscriptEntry])
  case jumpFound(Jump, seq: Int64?)
  case hitsFound(SearchQuery, [SearchHit])
  case recordLoaded(SessionID, Event?)
  case approvalsLoaded(SessionID, ApprovalDecision.Verdict, [Event])

  case reportLoaded(SessionID, StoredSandboxReport?)
  /// `nil`: no core has said anything lately.
  case engineChanged(EngineStatus?, uses: [DiskUse] = [])
  case terminalEnded(TerminalRequest, String)
  case logLines(Int, [LogLine])
  case logEnded(Int, ControlFailure?)
  case contextsLoaded([AccessContext])

  case operationRecorded(OperationDraft)
  case sessionStarted(Session)
  case saved(path: String, what: String)
  case copied(bytes: Int, cut: Bool)
  case themeLoaded(name: String, Theme)
  case keymapLoaded(name: String, Keymap)

  case coreChanged(holder: String?)
  case connectionChanged(ConnectionState)
  /// What is done about a store that is lost, or is to be done.
  case adviceChanged(String?)
  case failed(ControlFailure, during: ConsoleEffect)
}

/// What is known of the way to the store.
package enum ConnectionState: Sendable, Hashable {
  case connecting
  case connected(latencyMilliseconds: Int64)
  /// What failed, when it is tried again, and of when the screen is: the store's last answer.
  case lost(ControlFailure, nextTry: Timestamp, since: Timestamp)

  package var isConnected: Bool {
    if case .connected = self { return true }
    return false
  }
}
