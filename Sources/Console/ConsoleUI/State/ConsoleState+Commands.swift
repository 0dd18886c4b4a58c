import ConsoleConfig
import ControlModel

/// What commands do. `run` has asked before whether they may.
extension ConsoleState {
  mutating func perform(_ name: CommandName) -> [ConsoleEffect] {
    switch name {
    case .appQuit: return [.quit]
    case .helpOpen: overlay = .help(HelpView())
    case .searchOpen: return openSearch()
    case .promptOpen: overlay = .prompt(Prompt())
    case .paneNext: return cyclePane(1)
    case .panePrevious: return cyclePane(-1)
    case .paneTeams: return show(.teams)
    case .paneSandboxes: return show(.sandboxes)
    case .paneTranscript: return show(.transcript)
    case .paneSecrets: return show(.secrets)
    case .paneZoom:
      isZoomed.toggle()
      return layoutChanged()
    case .viewRedraw: return [.redraw]
    case .themeNext: return nextTheme()
    case .listUp, .listDown, .listPageUp, .listPageDown, .listFirst, .listLast, .listOpen, .filterOpen, .filterClear:
      return performList(name)
    case .sessionMessage, .sessionInterrupt, .sessionApprove, .sessionDeny, .sessionRestart, .sessionSuspend,
      .sessionResume, .sessionKill, .sessionPurge, .sessionStart, .sessionDescribe,
      .sessionShell, .sessionAttach, .sessionLog:
      return performSession(name)
    default: return performTranscript(name)
    }
    return []
  }

  // MARK: Panes

  mutating func show(_ pane: Pane) -> [ConsoleEffect] {
    focus = pane
    pendingKeys = []
    return (pane == .transcript ? settle() : []) + layoutChanged()
  }

  private mutating func cyclePane(_ distance: Int) -> [ConsoleEffect] {
    let order: [Pane] = [.teams, .sandboxes, .transcript, .secrets]
    let index = order.firstIndex(of: focus) ?? 0
    return show(order[(index + distance + order.count) % order.count])
  }

  private func nextTheme() -> [ConsoleEffect] {
    guard !themeNames.isEmpty else { return [] }
    let index = themeNames.firstIndex(of: theme.name).map { $0 + 1 } ?? 0
    return [.loadTheme(themeNames[index % themeNames.count])]
  }

  // MARK: Lists

  private mutating func performList(_ name: CommandName) -> [ConsoleEffect] {
    let page = max(1, list.height - 1)
    switch name {
    case .listUp: return move(by: -1)
    case .listDown: return move(by: 1)
    case .listPageUp: return move(by: -page)
    case .listPageDown: return move(by: page)
    case .listFirst: return move(by: -1_000_000)
    case .listLast: return move(by: 1_000_000)
    case .listOpen: return open()
    case .filterOpen:
      overlay = .filter(LineEditor(list.filter), before: list.filter)
      return focus == .sandboxes ? [] : show(.sandboxes)
    default:
      list.setFilter("")
      return selectionChanged()
    }
  }

  private mutating func open() -> [ConsoleEffect] {
    switch focus {
    case .teams: return show(.sandboxes)
    case .sandboxes, .transcript:
      if list.selectedSession == nil { return [] }
      return show(.transcript)
    case .secrets:
      isZoomed.toggle()
      return layoutChanged()
    }
  }

  private mutating func move(by distance: Int) -> [ConsoleEffect] {
    switch focus {
    case .teams: return moveTeam(by: distance)
    case .secrets: moveSecret(by: distance)
    case .sandboxes, .transcript:
      lastMove = now
      list.move(by: distance)
      return selectionMoved()
    }
    return []
  }

  /// All teams, then each; the one under the cursor is the one whose sessions are shown.
  private mutating func moveTeam(by distance: Int) -> [ConsoleEffect] {
    let choices: [ResourceName?] = [nil] + teams.map(\.name)
    let index = choices.firstIndex(of: list.team) ?? 0
    list.setTeam(choices[min(max(0, index + distance), choices.count - 1)])
    return selectionChanged()
  }

  private mutating func moveSecret(by distance: Int) {
    let keys = shownSecrets.map { SecretKey(team: $0.team, name: $0.name) }
    guard !keys.isEmpty else { return }
    let index = selectedSecret.flatMap { keys.firstIndex(of: $0) }.map { $0 + distance } ?? 0
    selectedSecret = keys[min(max(0, index), keys.count - 1)]
  }

  // MARK: Sessions

  private mutating func performSession(_ name: CommandName) -> [ConsoleEffect] {
    if name == .sessionStart { return openStart() }
    guard let session = list.selectedSession else { return [] }
    switch name {
    case .sessionMessage: overlay = .composer(Composer(session, draft: drafts[session.id] ?? ""))
    case .sessionApprove: return [.loadApprovals(session.id, .allow)]
    case .sessionDeny: return [.loadApprovals(session.id, .deny)]
    case .sessionDescribe: return describe(session)
    case .sessionShell: return openTerminal(.shell, session)
    case .sessionAttach: return openTerminal(.attach, session)
    case .sessionLog: return openLog(session)
    case .sessionInterrupt: ask(.interrupt, session)
    case .sessionRestart: ask(.restart, session)
    case .sessionSuspend: ask(.suspend, session)
    case .sessionKill: ask(.kill, session)
    case .sessionPurge: ask(.purge, session)
    case .sessionResume:
      return [
        .submit(
          OperationDraft(
            kind: .resume, team: session.team, session: session.id, title: session.title,
            generation: session.generation))
      ]
    default: break
    }
    return []
  }

  private mutating func ask(_ kind: Operation.Kind, _ session: Session) {
    overlay = .confirmation(Confirmation(kind, session, at: now))
  }

  private mutating func openStart() -> [ConsoleEffect] {
    let choices = agents.filter { list.team == nil || $0.team == list.team }
      .sorted { ($0.team, $0.name) < ($1.team, $1.name) }
    guard !choices.isEmpty else {
      say("There is no agent to start; declare one: paddock agent apply -f agent.yaml", .warning)
      return [.loadTeams]
    }
    var form = StartForm(agents: choices)
    form.chosen = choices.firstIndex { $0.name == list.selectedSession?.agent } ?? 0
    overlay = .start(form)
    return []
  }

  // MARK: Transcript

  private mutating func performTranscript(_ name: CommandName) -> [ConsoleEffect] {
    guard let open = transcript else { return [] }
    switch name {
    case .transcriptFollow: return transcript?.follow(!open.isFollowing) ?? []
    case .transcriptUp: return transcript?.moveUp() ?? []
    case .transcriptDown: return transcript?.moveDown() ?? []
    case .transcriptPageUp: return transcript?.page(-1) ?? []
    case .transcriptPageDown: return transcript?.page(1) ?? []
    case .transcriptFirst: return transcript?.goToFirst() ?? []
    case .transcriptLast: return transcript?.goToLast() ?? []
    case .transcriptNextTurn: return jump(.forward, .userTurn, where: \.isUserTurn)
    case .transcriptPreviousTurn: return jump(.backward, .userTurn, where: \.isUserTurn)
    case .transcriptNextError: return jump(.forward, .toolError, where: \.isToolError)
    case .transcriptPreviousError: return jump(.backward, .toolError, where: \.isToolError)
    case .transcriptFold: transcript?.toggleFold()
    case .transcriptFoldAll: transcript?.toggleAllFolds()
    case .transcriptSearchNext: return search(.forward)
    case .transcriptSearchPrevious: return search(.backward)
    default: return performOnEntry(name, open)
    }
    return transcript?.loadAround() ?? []
  }

  private mutating func performOnEntry(_ name: CommandName, _ open: Transcript) -> [ConsoleEffect] {
    switch name {
    case .transcriptRaw:
      guard let item = open.cursorItem else { return [] }
      overlay = .record(RecordView(session: open.session, seq: item.seq))
      return [.loadRecord(open.session, seq: item.seq)]
    case .transcriptSearch:
      overlay = .search(LineEditor(), before: open.search, from: open.cursor)
      return focus == .transcript ? [] : show(.transcript)
    case .transcriptCopy:
      guard let item = open.cursorItem else { return [] }
      let parts = [item.entry, item.result].compactMap { $0?.event.text }
      return [.copy(parts.joined(separator: "\n"))]
    case .transcriptExport:
      let id = open.session.text
      overlay = .prompt(Prompt("export paddock-\(id.prefix(8))\(id.suffix(6)).txt"))
    default: break
    }
    return []
  }
}
