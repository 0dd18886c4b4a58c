import ControlModel
import Logging

/// Shows the sandboxes of others in the store, records their logs, and does to them what operators ask for, and nothing
/// else: they are no sessions to the rest of the core, so that nothing else of it can touch them.
actor ForeignSandboxes {
  struct Dependencies: Sendable {
    var store: any ForeignSandboxStore & ControlStore
    /// `nil` for an engine that sees none.
    var engine: (any ForeignSandboxEngine)?
    var transcriber: @Sendable (SessionID) -> any LogTranscriber
    /// How many logs are followed at a time.
    var maximumLogs: Int
    var liveLogsOfANode: Int
    var logInterval: Double
    var logger: Logger
    var confirmation: LeaseConfirmation
  }

  let dependencies: Dependencies
  private var followers: [SessionID: ForeignFollower] = [:]
  /// Of the followers, those whose logs the nodes keep open.
  private var live: Set<SessionID> = []
  /// Operations that are with the cluster at present.
  private var acting: [OperationID: Task<Void, Never>] = [:]
  /// What was deleted for operations whose effect is still to be seen.
  private var actedOn: [OperationID: String] = [:]
  /// How many logs there is no room for, as was told last.
  private var unfollowed = 0
  private var written: [SessionID: SandboxReport] = [:]
  private var isReporting = false

  /// `nil` where nothing is to keep them in, or to read their logs.
  init?(
    store: any ControlStore, engine: any SandboxEngine, transcriber: (@Sendable (SessionID) -> any LogTranscriber)?,
    settings: CoreSettings, logger: Logger, confirmation: LeaseConfirmation
  ) {
    guard let transcriber, let store = store as? any ForeignSandboxStore & ControlStore else { return nil }
    dependencies = Dependencies(
      store: store, engine: engine as? any ForeignSandboxEngine, transcriber: transcriber,
      maximumLogs: settings.maximumLogs, liveLogsOfANode: settings.liveLogsOfANode,
      logInterval: settings.logInterval, logger: logger, confirmation: confirmation)
  }

  /// Of all that are in the store, the ids: their operations are nobody else's business.
  func look(
    besides known: Set<SessionID>, _ operations: [Operation], recorder: Recorder, isOwn: (SessionID) -> Bool
  ) async throws(ControlFailure) -> Set<SessionID> {
    let observed = try await observed(besides: known)
    let ids = Set(observed.map(\.id))
    var rows = try await dependencies.store.foreignSessions(and: ids)
    let plan = ForeignPlan(observed: observed, stored: rows, isOwn: isOwn)
    if !plan.mirrors.isEmpty || !plan.forsaken.isEmpty {
      try await write(plan)
      rows = try await dependencies.store.foreignSessions(and: ids)
    }
    let sandboxes = Dictionary(observed.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for operation in operations {
      guard let row = rows.first(where: { $0.session.id == operation.session }), isOwn(row.session.id) else { continue }
      try await isolate(operation) { () async throws(ControlFailure) in
        try await carryOn(operation, row, sandboxes[row.session.id])
      }
    }
    let own = rows.filter { isOwn($0.session.id) && !$0.isGone }.compactMap { sandboxes[$0.session.id] }
    await follow(own, rows, recorder)
    report(own)
    actedOn = actedOn.filter { acted in operations.contains { $0.id == acted.key } }
    return Set(rows.map(\.session.id))
  }

  func stop() async {
    let stopping = Array(followers.values)
    for task in acting.values { task.cancel() }
    (followers, live, acting, actedOn, written) = ([:], [], [:], [:], [:])
    for follower in stopping { await follower.stop() }
  }

  private func observed(besides known: Set<SessionID>) async throws(ControlFailure) -> [ForeignSandbox] {
    guard let engine = dependencies.engine else { return [] }
    return try await engine.foreignSandboxes().filter { sandbox in
      sandbox.labelledSession.map { !known.contains($0) } ?? true
    }
  }

  private func write(_ plan: ForeignPlan) async throws(ControlFailure) {
    if !plan.mirrors.isEmpty { try await dependencies.store.mirror(plan.mirrors) }
    if !plan.forsaken.isEmpty { try await dependencies.store.forsake(plan.forsaken) }
  }

  // MARK: Operations

  /// One that cannot be carried out ends for it, and keeps no other waiting.
  private func isolate(
    _ operation: Operation, _ body: () async throws(ControlFailure) -> Void
  ) async throws(ControlFailure) {
    do throws(ControlFailure) { try await body() } catch {
      guard ![.unavailable, .cancelled].contains(error.code) else { throw error }
      dependencies.logger.warning(
        "An operation on a foreign sandbox failed",
        metadata: ["operation": "\(operation.id)", "failure": "\(error)"])
      do throws(ControlFailure) { try await dependencies.store.complete(operation.id, .failed(error.summary)) } catch {
        if [.unavailable, .cancelled].contains(error.code) { throw error }
      }
    }
  }

  private func carryOn(
    _ operation: Operation, _ row: ForeignSession, _ sandbox: ForeignSandbox?
  ) async throws(ControlFailure) {
    guard acting[operation.id] == nil, dependencies.confirmation.isValid else { return }
    if let misfit = operation.misfit(on: row.session) {
      return try await dependencies.store.complete(operation.id, .failed(misfit))
    }
    switch ForeignStep(operation, on: row, sandbox, actedOn: actedOn[operation.id]) {
    case .wait: return
    case .finish(let outcome): try await dependencies.store.complete(operation.id, outcome)
    case .purge:
      try await dependencies.store.purge(row.session.id)
      try await dependencies.store.complete(operation.id, .succeeded)
    case .act(let action):
      guard let sandbox, let mark = row.session.foreign else { return }
      acting[operation.id] = Task { await act(action, sandbox, mark, for: operation) }
    }
  }

  /// A cluster that answers slowly must not keep the core from its sessions.
  private func act(
    _ action: ForeignAction, _ sandbox: ForeignSandbox, _ mark: ForeignMark, for operation: Operation
  ) async {
    defer { acting[operation.id] = nil }
    do throws(ControlFailure) {
      guard let engine = dependencies.engine else { return }
      // A namespace may be another team's since: only its own team's operators, and admins, have a say.
      guard sandbox.team == nil || operation.team == sandbox.team || operation.team.text == ResourceName.unownedText
      else {
        throw ControlFailure(.permissionDenied, "The sandbox is of the team '\(sandbox.team?.text ?? "")'.")
      }
      try await engine.carryOut(action, on: sandbox, mark)
      switch action {
      case .suspend, .resume: try await dependencies.store.complete(operation.id, .succeeded)
      case .restart: actedOn[operation.id] = sandbox.pod?.uid
      case .kill: actedOn[operation.id] = sandbox.id.text
      }
    } catch {
      dependencies.logger.warning(
        "An operation on a foreign sandbox failed", metadata: ["session": "\(sandbox.id)", "failure": "\(error)"])
      guard ![.unavailable, .cancelled].contains(error.code) else { return }
      try? await dependencies.store.complete(operation.id, .failed(error.summary))
    }
  }

  // MARK: Logs

  /// Those that are followed stay so; of the others the youngest come first.
  private func follow(_ sandboxes: [ForeignSandbox], _ rows: [ForeignSession], _ recorder: Recorder) async {
    let logs = Dictionary(rows.map { ($0.session.id, $0.projection.log) }, uniquingKeysWith: { first, _ in first })
    let unread = Set(sandboxes.filter { $0.hasUnread(logs[$0.id] ?? nil) }.map(\.id))
    let present = Set(sandboxes.map(\.id))
    for (id, follower) in followers {
      let isDone = await follower.isIdle && !unread.contains(id)
      guard isDone || !present.contains(id) else { continue }
      followers[id] = nil
      await follower.stop()
    }
    var waiting = 0
    let youngestFirst = sandboxes.sorted { $0.createdAt > $1.createdAt }
    for sandbox in youngestFirst where followers[sandbox.id] == nil && unread.contains(sandbox.id) {
      guard followers.count < dependencies.maximumLogs else {
        waiting += 1
        continue
      }
      followers[sandbox.id] = ForeignFollower(sandbox, dependencies, recorder)
    }
    live = chooseLive(youngestFirst.filter { followers[$0.id] != nil })
    for sandbox in youngestFirst {
      await followers[sandbox.id]?.update(sandbox, isLive: live.contains(sandbox.id))
    }
    tell(waiting)
  }

  /// As many of each node as it is asked for at a time; those that are open stay so.
  private func chooseLive(_ followed: [ForeignSandbox]) -> Set<SessionID> {
    var counts: [String: Int] = [:]
    let openFirst = followed.filter { live.contains($0.id) } + followed.filter { !live.contains($0.id) }
    return Set(
      openFirst.filter { sandbox in
        counts[sandbox.pod?.node ?? "", default: 0] += 1
        return counts[sandbox.pod?.node ?? "", default: 0] <= dependencies.liveLogsOfANode
      }.map(\.id))
  }

  private func tell(_ waiting: Int) {
    guard waiting != unfollowed else { return }
    unfollowed = waiting
    dependencies.logger.notice("Logs of foreign sandboxes that are not recorded, for want of room: \(waiting)")
  }

  // MARK: Reports

  private func report(_ sandboxes: [ForeignSandbox]) {
    guard !isReporting, let engine = dependencies.engine, let store = dependencies.store as? any SandboxReportStore
    else { return }
    isReporting = true
    Task {
      let reports = await engine.foreignReports(of: sandboxes)
      let changed = reports.filter { written[$0.key] != $0.value }
      if !changed.isEmpty, (try? await store.writeReports(changed)) != nil { written = reports }
      isReporting = false
    }
  }
}

extension ForeignSandbox {
  fileprivate func hasUnread(_ log: LogCursor?) -> Bool {
    guard let pod, pod.hasStarted else { return false }
    return log.map { $0.source != pod.log || !$0.isComplete } ?? true
  }
}
