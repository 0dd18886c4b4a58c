package import ControlModel
import TerminalCore

extension ConsoleState {
  /// Takes in what happened at a time and says what to do about it.
  package mutating func handle(_ event: ConsoleEvent, at time: Timestamp) -> [ConsoleEffect] {
    now = time
    switch event {
    case .key(let key): return handleKey(key)
    case .paste(let text): return paste(text)
    case .resize(let newSize):
      size = newSize
      return layoutChanged()
    case .tick: return tick()
    case .cursorRested(let session): return passing == session ? settle() : []
    case .storeChanged(let change): return storeChanged(change)
    case .sessionsLoaded, .sessionsRefreshed, .teamsLoaded, .secretsLoaded: return takeList(event)
    case .usageLoaded(let since, let usage): spending.take(usage, since: since)
    case .hitsFound(let query, let hits): searchAnswered(query, hits)
    case .entriesLoaded, .jumpFound, .recordLoaded, .approvalsLoaded: return takeTranscript(event)
    case .themeLoaded(let name, let loaded):
      theme = loaded
      say("Theme \(untrusted: name)")
    case .keymapLoaded(let name, let loaded):
      keymap = loaded
      pendingKeys = []
      say("Keymap \(untrusted: name)")
    case .coreChanged(let holder):
      coreHolder = holder.map { CleanText(untrusted: $0) }
      isCoreKnown = true
    case .adviceChanged(let advice): storeAdvice = advice.map { CleanText(untrusted: $0) }
    case .reportLoaded(let session, let report): take(report, of: session)
    case .engineChanged(let status, let uses):
      engine = status
      // A core that says nothing, because the database takes nothing, says nothing new of the disk either.
      if let status { disk = status.disk.map { KnownDisk(status: $0, uses: uses, at: now) } }
    case .terminalEnded(let request, let outcome): terminalEnded(request, outcome)
    case .logLines(let number, let lines): take(lines, ofLog: number)
    case .logEnded(let number, let failure): logEnded(number, failure)
    case .contextsLoaded(let contexts): showContexts(contexts)
    case .connectionChanged(let state): return connectionChanged(state)
    case .failed(let failure, let effect): return failed(failure, during: effect)
    case .operationRecorded, .sessionStarted, .saved, .copied: return done(event)
    }
    return []
  }

  mutating func layoutChanged() -> [ConsoleEffect] {
    list.setHeight(layout.listHeight)
    guard let room = layout.transcriptSize else { return [] }
    transcript?.resize(to: room, localTime: localTime)
    return transcript?.loadAround() ?? []
  }

  private mutating func tick() -> [ConsoleEffect] {
    if let notice, notice.until < now { self.notice = nil }
    let effects = spending.due(at: now, localTime).map { [ConsoleEffect.loadUsage(since: $0)] } ?? []
    return effects + caughtUp()
  }

  private mutating func caughtUp() -> [ConsoleEffect] {
    // Should the answer never come, a second is rest enough.
    if passing != nil, lastMove.map({ now.seconds(since: $0) >= 1 }) ?? true { return settle() }
    if list.isOrderStale, mayReorder {
      list.reorder()
      return selectionChanged()
    }
    return []
  }

  // MARK: Lists

  private mutating func storeChanged(_ change: StoreChange) -> [ConsoleEffect] {
    switch change {
    case .intents: [.loadTeams, .loadSessions]
    case .everything: firstEffects + refreshReport([])
    // The runtime says so with the connection's state.
    case .lost: []
    case .sessions(let ids) where ids.isEmpty: [.loadSessions] + refreshReport(ids)
    case .sessions(let ids): [.refreshSessions(ids)] + refreshReport(ids)
    }
  }

  private mutating func takeList(_ event: ConsoleEvent) -> [ConsoleEffect] {
    let before = layout
    switch event {
    case .sessionsLoaded(let listing): list.load(listing, mayReorder: mayReorder)
    case .sessionsRefreshed(let sessions, let missing): list.refresh(sessions, missing: missing, mayReorder: mayReorder)
    case .teamsLoaded(let loaded, let definitions, let unreadable):
      unreadableTeams = unreadable
      teams = loaded.sorted { $0.name < $1.name }
      agents = definitions
      areTeamsLoaded = true
      if let team = list.team, !teams.contains(where: { $0.name == team }) { list.setTeam(nil) }
    case .secretsLoaded(let loaded, let unreadable):
      unreadableSecrets = unreadable
      secrets = loaded.sorted { ($0.name, $0.team) < ($1.name, $1.team) }
      areSecretsLoaded = true
    default: break
    }
    totals = SessionTotals(list.all)
    spending.isStale = true
    checkOverlay()
    return (layout == before ? [] : layoutChanged()) + selectionChanged() + transcriptGrew()
  }

  /// An open question is compared with the session as it has become.
  private mutating func checkOverlay() {
    guard case .confirmation(var question) = overlay else { return }
    question.check(against: list[question.target.session])
    overlay = .confirmation(question)
  }

  /// The transcript shows the selected session; places in others are kept.
  mutating func selectionChanged() -> [ConsoleEffect] {
    if let passing, passing == list.selected { return [] }
    passing = nil
    guard transcript?.session != list.selected else { return [] }
    if let transcript {
      parked.removeAll { $0.session == transcript.session }
      parked = parked.suffix(3) + [transcript]
    }
    transcript = nil
    guard let session = list.selectedSession else { return [] }
    let room = layout.transcriptSize ?? .init(columns: 60, rows: 10)
    if let index = parked.firstIndex(where: { $0.session == session.id }) {
      transcript = parked.remove(at: index)
      transcript?.loadFailed()
      transcript?.resize(to: room, localTime: localTime)
      return transcriptGrew()
    }
    var opened = Transcript(session: session.id, total: session.events, size: room, localTime: localTime)
    opened.setEnded(session.state.endOfOpenEnds)
    transcript = opened
    return opened.firstLoad.map { [$0] } ?? []
  }

  /// The cursor moved by hand.
  mutating func selectionMoved() -> [ConsoleEffect] {
    guard transcript != nil, let selected = list.selected, transcript?.session != selected else {
      passing = nil
      return selectionChanged()
    }
    if passing == selected { return [] }
    passing = selected
    return [.waitForRest(selected)]
  }

  /// The transcript catches up with the cursor.
  mutating func settle() -> [ConsoleEffect] {
    passing = nil
    return selectionChanged()
  }

  private mutating func transcriptGrew() -> [ConsoleEffect] {
    guard let id = transcript?.session, let session = list[id] else { return [] }
    transcript?.setEnded(session.state.endOfOpenEnds)
    return transcript?.setTotal(session.events).map { [$0] } ?? []
  }

  // MARK: Transcript

  private mutating func takeTranscript(_ event: ConsoleEvent) -> [ConsoleEffect] {
    switch event {
    case .entriesLoaded(let session, let window, let limit, let entries):
      guard transcript?.session == session else { return [] }
      return (transcript?.take(entries, for: window, limit: limit) ?? []) + transcriptGrew()
    case .jumpFound(let jump, let seq):
      guard transcript?.session == jump.session else { return [] }
      if let seq { return transcript?.go(to: seq) ?? [] }
      sayNothingFound(jump)
    case .recordLoaded(let session, let event):
      guard case .record(var view) = overlay, view.session == session else { return [] }
      view.take(event)
      overlay = .record(view)
    case .approvalsLoaded(let session, let verdict, let requests): openApproval(session, verdict, requests)
    default: break
    }
    return []
  }

  private mutating func sayNothingFound(_ jump: Jump) {
    let way: CleanText = jump.direction == .forward ? "after" : "before"
    switch jump.match {
    case .userTurn: say("There is no message of the user \(way) this one.")
    case .toolError: say("There is no failed tool call \(way) this one.")
    case .text(let text): say("“\(untrusted: text)” does not occur \(way) this place.")
    }
  }

  private mutating func openApproval(
    _ id: SessionID, _ verdict: ApprovalDecision.Verdict, _ requests: [Event]
  ) {
    // The operator has gone on to something else: a question must not jump under their keys.
    guard case .none = overlay, list.selected == id, let session = list[id] else { return }
    guard let request = requests.first else { return say("“\(untrusted: session.title)” asks for no approval.") }
    overlay = .confirmation(
      Confirmation(verdict == .allow ? .approve : .deny, session, request: request, at: now))
  }

  // MARK: Answers

  private mutating func done(_ event: ConsoleEvent) -> [ConsoleEffect] {
    switch event {
    case .operationRecorded(let draft):
      if draft.kind == .message { drafts[draft.session] = nil }
      let word = draft.kind.rawValue.split(separator: ".").last.map(String.init) ?? draft.kind.rawValue
      if isCoreKnown, coreHolder == nil {
        say(
          "Recorded: \(untrusted: word). No core is running: nobody carries it out yet; `paddock up` starts one.",
          .warning)
      } else if isCoreSilent {
        say("Recorded: \(untrusted: word). The core is silent: nobody carries it out yet.", .warning)
      } else {
        say("Recorded: \(untrusted: word) “\(untrusted: draft.title)”")
      }
      return [.refreshSessions([draft.session])]
    case .sessionStarted(let session):
      say("Started “\(untrusted: session.title)”")
      list.refresh([session], missing: [], mayReorder: true)
      list.select(session.id)
      return selectionChanged()
    case .saved(let path, let what): say("\(untrusted: what) written to \(untrusted: path)")
    case .copied(let bytes, let cut):
      say(cut ? "Copied the first \(bytes) bytes; the terminal takes no more." : "Copied \(bytes) bytes")
    default: break
    }
    return []
  }

  private mutating func connectionChanged(_ state: ConnectionState) -> [ConsoleEffect] {
    let wasLost = if case .lost = connection { true } else { false }
    connection = state
    guard wasLost, state.isConnected else { return [] }
    say("The store answers again.")
    return firstEffects
  }

  private mutating func failed(_ failure: ControlFailure, during effect: ConsoleEffect) -> [ConsoleEffect] {
    if case .loadEntries(let session, _, _) = effect, transcript?.session == session { transcript?.loadFailed() }
    if case .loadRecord = effect, case .record = overlay { overlay = nil }
    if case .openTerminal(let request) = effect, awaits(request) { overlay = nil }
    if case .search(let query) = effect { searchAnswered(query, nil) }
    if case .loadUsage = effect { spending.isStale = true }
    // A lost connection is shown in the header, not once for each thing that failed with it.
    if failure.code == .unavailable, effect.loadKind != nil { return [] }
    notice = Notice(failure, at: now)
    if case .submit(let draft) = effect { return [.refreshSessions([draft.session])] }
    return []
  }
}
