import ControlModel

/// Performs one effect against the stores, away from the UI thread, and says what came of it.
struct EffectPerformer: Sendable {
  let services: ConsoleServices
  let configuration: ConsoleConfiguration

  @concurrent func perform(_ effect: ConsoleEffect) async -> ConsoleEvent? {
    do throws(ControlFailure) {
      return try await result(of: effect)
    } catch {
      return .failed(error, during: effect)
    }
  }

  @concurrent private func result(of effect: ConsoleEffect) async throws(ControlFailure) -> ConsoleEvent? {
    switch effect {
    case .loadSessions: return .sessionsLoaded(SessionListing(try await services.sessions.sessions(of: nil)))
    case .refreshSessions(let ids): return try await refresh(ids)
    case .loadTeams:
      let (lists, unreadable) = try await gather { () async throws(ControlFailure) in
        (try await services.teams.teams(), try await services.teams.agents(of: nil))
      }
      return .teamsLoaded(lists.0, agents: lists.1, unreadable: unreadable)
    case .loadSecrets:
      let (secrets, unreadable) = try await gather { () async throws(ControlFailure) in
        try await services.secrets.secrets(of: nil)
      }
      return .secretsLoaded(secrets, unreadable: unreadable)
    case .loadUsage(let since): return .usageLoaded(since: since, try await services.sessions.usage(since: since))
    case .loadEntries(let session, let window, let limit):
      let events = try await services.sessions.events(of: session, window, limit: limit)
      return .entriesLoaded(session, window, limit: limit, events.map { TranscriptEntry($0) })
    case .find(let jump):
      let seq = try await services.sessions.nextEvent(
        of: jump.session, from: jump.from, direction: jump.direction, matching: jump.match)
      return .jumpFound(jump, seq: seq)
    case .search(let query): return .hitsFound(query, try await services.sessions.search(query))
    case .loadRecord(let session, let seq):
      let events = try await services.sessions.events(of: session, .after(seq - 1), limit: 1)
      return .recordLoaded(session, events.first { $0.seq == seq })
    case .loadApprovals(let session, let verdict):
      return .approvalsLoaded(session, verdict, try await services.sessions.pendingApprovals(of: session))
    case .loadReport(let session):
      return .reportLoaded(session, try await services.reports?.sandboxReport(of: session))
    case .waitForRest(let session):
      try? await Task.sleep(for: .milliseconds(150))
      return .cursorRested(session)
    case .submit(let draft):
      try await services.operations.submit(operation(draft))
      return .operationRecorded(draft)
    case .start(let draft): return .sessionStarted(try await services.operations.startSession(request(draft)))
    case .export(let session, let title, let path):
      try await TranscriptExport(services: services, localTime: configuration.localTime)
        .write(session, title: title, to: path)
      return .saved(path: path, what: "Transcript")
    case .chooseContext(let name): return try await choose(name)
    case .openTerminal, .followLog, .endLog: return nil
    case .copy, .saveScreen, .loadTheme, .loadKeymap, .redraw, .quit: return nil
    }
  }

  @concurrent private func refresh(_ ids: Set<SessionID>) async throws(ControlFailure) -> ConsoleEvent {
    let sessions = try await services.sessions.sessions(ids)
    let missing = ids.subtracting(sessions.map(\.id))
    return .sessionsRefreshed(sessions, missing: Array(missing))
  }

  @concurrent private func gather<Value: Sendable>(
    _ body: () async throws(ControlFailure) -> Value
  ) async throws(ControlFailure) -> (Value, [UnreadableRow]) {
    let rows = UnreadableRows()
    let value = try await rows.gather(body)
    return (value, rows.all)
  }

  private func operation(_ draft: OperationDraft) -> Operation {
    let time = configuration.clock()
    return Operation(
      id: .make(at: time), kind: draft.kind, team: draft.team, session: draft.session, generation: draft.generation,
      argument: draft.argument, actor: configuration.actor, reason: draft.reason, requestedAt: time)
  }

  private func request(_ draft: SessionDraft) -> StartRequest {
    let time = configuration.clock()
    return StartRequest(
      id: .make(at: time), operation: .make(at: time), team: draft.team, agent: draft.agent, title: draft.title,
      message: draft.message, actor: configuration.actor)
  }
}

extension EffectPerformer {
  struct CoreHolder: Sendable {
    let text: String?
  }

  @concurrent func coreHolder() async throws(ControlFailure) -> CoreHolder {
    CoreHolder(text: try await services.coreHolder())
  }

  @concurrent func advice() async -> String? { services.advice() }

  @concurrent func engineStatus() async throws(ControlFailure) -> EngineStatus? {
    try await services.reports?.engineStatus()
  }

  /// Asked for only while there is something to say.
  @concurrent func diskUses(_ status: EngineStatus?) async throws(ControlFailure) -> [DiskUse] {
    guard status?.disk != nil else { return [] }
    return try await services.diskUses?.diskUses() ?? []
  }
}
