import ControlModel

/// All commands, in the order of help and documentation.
package enum CommandCatalogue {
  package static let commands: [Command] = global + list + session + transcript

  package static func command(_ name: CommandName) -> Command? { byName[name] }

  private static let byName = Dictionary(commands.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  private static let global: [Command] = [
    Command(.helpOpen, "help", "Show the keys and commands.", scope: .global),
    Command(.promptOpen, "command", "Type a command by its name.", scope: .global),
    Command(.searchOpen, "search all", "Search the histories of all sessions.", scope: .global),
    Command(.paneNext, "next pane", "Go to the next pane.", scope: .global),
    Command(.panePrevious, "previous pane", "Go to the previous pane.", scope: .global),
    Command(.paneTeams, "teams", "Go to the teams.", scope: .global),
    Command(.paneSandboxes, "sandboxes", "Go to the sandboxes.", scope: .global),
    Command(.paneTranscript, "transcript", "Go to the transcript.", scope: .global),
    Command(.paneSecrets, "secrets", "Go to the secrets.", scope: .global),
    Command(.paneZoom, "zoom", "Give the focused pane all the room, or back again.", scope: .global),
    Command(.themeNext, "theme", "Switch to the next theme.", scope: .global),
    Command(.viewRedraw, "redraw", "Draw the whole screen again.", scope: .global),
    Command(.appQuit, "quit", "Leave the console; agents go on working.", scope: .global),
  ]

  private static let list: [Command] = [
    Command(.listUp, "up", "Go one row up.", scope: .list),
    Command(.listDown, "down", "Go one row down.", scope: .list),
    Command(.listPageUp, "page up", "Go a page up.", scope: .list),
    Command(.listPageDown, "page down", "Go a page down.", scope: .list),
    Command(.listFirst, "first", "Go to the first row.", scope: .list),
    Command(.listLast, "last", "Go to the last row.", scope: .list),
    Command(.listOpen, "open", "Open the selected row.", scope: .list),
    Command(.filterOpen, "filter", "Show only sessions that have all the words typed.", scope: .list),
    Command(.filterClear, "clear filter", "Show all sessions again.", scope: .list) { state in
      state.list.filter.isEmpty ? "There is no filter." : nil
    },
  ]

  private static let session: [Command] = [
    operation(.message, .sessionMessage, "message", "Write to the agent; a suspended one must be resumed first."),
    operation(.interrupt, .sessionInterrupt, "interrupt", "Stop the turn; the agent stays and waits for its user."),
    operation(.approve, .sessionApprove, "approve", "Allow the tool call that the agent asks for."),
    operation(.deny, .sessionDeny, "deny", "Refuse the tool call that the agent asks for, and say why."),
    operation(
      .restart, .sessionRestart, "restart", "Give the session a new sandbox; the runtime resumes its own session."),
    operation(.suspend, .sessionSuspend, "suspend", "End the processes and keep the workspace until it is resumed."),
    operation(.resume, .sessionResume, "resume", "Start a suspended session again."),
    operation(
      .kill, .sessionKill, "kill", "End the session for good; history and workspace stay until it is purged."),
    operation(
      .purge, .sessionPurge, "purge", "Remove a session that is over, or imported, with its history and workspace."),
    Command(
      .sessionStart, "start", "Start a session of an agent.", scope: .session,
      disabledReason: { state in state.connection.isConnected ? nil : "The store does not answer." }),
    Command(
      .sessionDescribe, "describe", "Show where the sandbox is, how it is, and what the cluster says of it.",
      scope: .session, disabledReason: whyNot { $0.desired != .archived }),
    Command(
      .sessionShell, "shell", "Open a shell in the sandbox, by your own rights; ^] leaves it.", scope: .session,
      disabledReason: whyNot { $0.desired == .running }),
    Command(
      .sessionAttach, "attach", "Attach to what runs in the sandbox, at its own size; ^] leaves it.", scope: .session,
      disabledReason: whyNot { $0.desired == .running }),
    Command(
      .sessionLog, "log", "Follow the raw log of the sandbox, by your own rights.", scope: .session,
      disabledReason: whyNot { $0.desired != .archived }),
  ]

  private static let transcript: [Command] = [
    Command(.transcriptFollow, "follow", "Stay at the end as events arrive, or stop doing so.", scope: .transcript),
    Command(.transcriptUp, "up", "Go to the previous entry.", scope: .transcript),
    Command(.transcriptDown, "down", "Go to the next entry.", scope: .transcript),
    Command(.transcriptPageUp, "page up", "Go a page back.", scope: .transcript),
    Command(.transcriptPageDown, "page down", "Go a page on.", scope: .transcript),
    Command(.transcriptFirst, "first", "Go to the first event of the session.", scope: .transcript),
    Command(.transcriptLast, "last", "Go to the newest event and follow.", scope: .transcript),
    Command(.transcriptNextTurn, "next turn", "Go to the next message of the user.", scope: .transcript),
    Command(.transcriptPreviousTurn, "previous turn", "Go to the previous message of the user.", scope: .transcript),
    Command(.transcriptNextError, "next error", "Go to the next tool call that failed.", scope: .transcript),
    Command(
      .transcriptPreviousError, "previous error", "Go to the previous tool call that failed.", scope: .transcript),
    Command(.transcriptFold, "fold", "Open or close a tool call or a thought.", scope: .transcript),
    Command(.transcriptFoldAll, "fold all", "Open or close all tool calls and thoughts.", scope: .transcript),
    Command(.transcriptRaw, "raw", "Show the runtime's own record of the entry.", scope: .transcript),
    Command(.transcriptSearch, "search", "Search the text as you type.", scope: .transcript),
    Command(
      .transcriptSearchNext, "next hit", "Go to the next place the search matches.", scope: .transcript,
      disabledReason: whyNoSearch),
    Command(
      .transcriptSearchPrevious, "previous hit", "Go to the previous place the search matches.", scope: .transcript,
      disabledReason: whyNoSearch),
    Command(.transcriptCopy, "copy", "Copy the entry's text to the clipboard (OSC 52).", scope: .transcript),
    Command(.transcriptExport, "export", "Write the whole history to a file.", scope: .transcript),
  ].map(needingTranscript)

  // MARK: Reasons

  private static func operation(
    _ kind: Operation.Kind, _ name: CommandName, _ title: CleanText, _ help: CleanText
  ) -> Command {
    Command(
      name, title, help, scope: .session, danger: kind.danger,
      disabledReason: ofSelected { session, title in
        SessionRule.refusal(of: kind, on: session).map { "“\(title)” \(untrusted: $0.state)." }
      })
  }

  private static func whyNot(
    unless isAllowed: @escaping @Sendable (Session) -> Bool
  ) -> @Sendable (ConsoleState) -> CleanText? {
    ofSelected { session, title in
      if isAllowed(session) { return nil }
      return session.desired == .archived
        ? "“\(title)” is imported history: nothing runs." : "“\(title)” is \(session.state.word)."
    }
  }

  private static func ofSelected(
    _ reason: @escaping @Sendable (Session, CleanText) -> CleanText?
  ) -> @Sendable (ConsoleState) -> CleanText? {
    { state in
      guard let session = state.list.selectedSession else { return "No session is selected." }
      return reason(session, CleanText(untrusted: session.title).truncated(to: 40))
    }
  }

  @Sendable private static func whyNoSearch(_ state: ConsoleState) -> CleanText? {
    state.transcript?.search.isEmpty ?? true ? "Nothing was searched for." : nil
  }

  private static func needingTranscript(_ command: Command) -> Command {
    Command(command.name, command.title, command.help, scope: command.scope, danger: command.danger) { state in
      state.transcript == nil ? "No session is open." : command.disabledReason(state)
    }
  }
}
