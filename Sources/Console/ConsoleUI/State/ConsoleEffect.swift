package import ControlModel

/// What the state asks of the outside world; only `ConsoleRuntime` performs it, and answers with a `ConsoleEvent`.
package enum ConsoleEffect: Sendable, Hashable {
  case loadSessions
  case refreshSessions(Set<SessionID>)
  case loadTeams
  case loadSecrets
  case loadUsage(since: Timestamp)
  case loadEntries(SessionID, EventWindow, limit: Int)
  case find(Jump)
  case search(SearchQuery)
  case loadRecord(SessionID, seq: Int64)
  case loadApprovals(SessionID, ApprovalDecision.Verdict)
  case loadReport(SessionID)

  /// Answered by `cursorRested` once the cursor may be taken to have come to rest.
  case waitForRest(SessionID)

  case openTerminal(TerminalRequest)
  case followLog(SessionID, number: Int)
  case endLog
  /// Empty: only lists them; `-`: none is chosen any more.
  case chooseContext(String)

  case submit(OperationDraft)
  case start(SessionDraft)
  case copy(String)
  /// The whole history of a session, sanitised, as text.
  case export(SessionID, title: String, path: String)
  case saveScreen(path: String)
  case loadTheme(String)
  case loadKeymap(String)
  /// Draw every cell again, whatever the terminal is believed to show.
  case redraw
  case quit

  /// Loads of one kind are never in flight twice; the newest request waits, older waiting ones are forgotten.
  package var loadKind: LoadKind? {
    switch self {
    case .loadSessions, .refreshSessions: .sessions
    case .loadTeams: .teams
    case .loadSecrets: .secrets
    case .loadUsage: .usage
    case .loadEntries: .entries
    case .find: .find
    case .search: .search
    case .loadRecord: .record
    case .loadApprovals: .approvals
    case .loadReport: .report
    default: nil
    }
  }
}

package enum LoadKind: Sendable, Hashable {
  case sessions, teams, secrets, usage, entries, find, search, record, approvals, report
}

/// A terminal that the operator wants to have in a session's sandbox.
package struct TerminalRequest: Sendable, Hashable {
  package var session: SessionID
  package var title: String
  package var kind: TerminalKind
  package var number: Int

  package init(session: SessionID, title: String, kind: TerminalKind, number: Int) {
    self.session = session
    self.title = title
    self.kind = kind
    self.number = number
  }
}

/// A search for the next place of a kind beyond what is loaded.
package struct Jump: Sendable, Hashable {
  package var session: SessionID
  package var from: Int64
  package var direction: SearchDirection
  package var match: EventMatch

  package init(session: SessionID, from: Int64, direction: SearchDirection, match: EventMatch) {
    self.session = session
    self.from = from
    self.direction = direction
    self.match = match
  }
}

/// An operation but for what the runtime adds: id, actor and time.
package struct OperationDraft: Sendable, Hashable {
  package var kind: Operation.Kind
  package var team: ResourceName
  package var session: SessionID
  /// As the session was called when the operator acted on it; for the notice that follows.
  package var title: String
  /// The generation the operator saw; `nil` for what is meant for the conversation whatever sandbox it is in.
  package var generation: Int?
  package var argument: String?
  package var reason: String?

  package init(
    kind: Operation.Kind, team: ResourceName, session: SessionID, title: String, generation: Int?,
    argument: String? = nil, reason: String? = nil
  ) {
    self.kind = kind
    self.team = team
    self.session = session
    self.title = title
    self.generation = generation
    self.argument = argument
    self.reason = reason
  }
}

/// A session to start but for what the runtime adds.
package struct SessionDraft: Sendable, Hashable {
  package var team: ResourceName
  package var agent: ResourceName
  package var title: String
  package var message: String?

  package init(team: ResourceName, agent: ResourceName, title: String, message: String?) {
    self.team = team
    self.agent = agent
    self.title = title
    self.message = message
  }
}
