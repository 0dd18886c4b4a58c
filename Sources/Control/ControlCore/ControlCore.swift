package import ControlModel
package import Logging

/// The control loop: while it holds the lease, or a share of it, it makes reality match intent and records journals.
///
/// Wake-ups only say that something may have changed; each look reads everything anew, so nothing is lost when a
/// notification is.
package actor ControlCore {
  let store: any ControlStore & OperationStore
  private let engine: any SandboxEngine
  let settings: CoreSettings
  let logger: Logger
  package nonisolated let meter: CoreMeter
  var controllers: [SessionID: SessionController] = [:]
  let observer: SandboxObserver
  private var recorder: Recorder
  private let foreign: ForeignSandboxes?
  let confirmation: LeaseConfirmation
  /// `nil` where teams need nothing of their engine.
  let provisioner: (any TeamProvisioner)?
  private let roomDuty: RoomDuty?
  /// Told of after each look at the sessions.
  let looks = ChangeBroadcast()
  /// Under which the lease is held; another one says that what was held under this is lost.
  var term: Int?
  var held: Set<Int> = []
  /// Slots whose sessions are being put down before they go back.
  var leaving: [Int: [SessionController]] = [:]
  /// It was said that silent cores cannot be shut out.
  var isSilenceTold = false
  var journals = JournalKeeping()
  let growth = JournalGrowth()
  /// Who decides which agents are paused, for the causes that this core judges.
  var judges: [PauseCause: PauseJudge] = [:]
  /// Operations that cannot be read, and that were refused for it or could not be.
  var refused = NewestSet<OperationID>(limit: 4_096)
  package var holdsLease: Bool { term != nil }
  /// The sessions that are this core's at present.
  package var sessions: Set<SessionID> { Set(controllers.keys) }

  /// `transcriber` reads the logs of foreign sandboxes; without one these are left out.
  package init(
    store: any ControlStore & OperationStore, engine: any SandboxEngine,
    teams provisioner: (any TeamProvisioner)? = nil,
    settings: CoreSettings, logger: Logger, meter: CoreMeter = CoreMeter(),
    transcriber: (@Sendable (SessionID) -> any LogTranscriber)? = nil
  ) {
    self.store = store
    self.engine = engine
    self.provisioner = provisioner
    self.settings = settings
    self.logger = logger
    self.meter = meter
    observer = SandboxObserver(
      engine: engine, store: store as? any SandboxReportStore, holder: settings.holder, logger: logger)
    recorder = Recorder(store: store, logger: logger, meter: meter, growth: growth)
    roomDuty = (engine as? any RoomKeeper).map { keeper in
      RoomDuty(keeper: keeper, store: store as? any DiskUseStore, logger: logger)
    }
    confirmation = LeaseConfirmation(isNeeded: settings.sharesSessions)
    foreign = ForeignSandboxes(
      store: store, engine: engine, transcriber: transcriber, settings: settings, logger: logger,
      confirmation: confirmation)
  }

  /// Runs until the task is cancelled. Sandboxes go on without it.
  package func run() async {
    let logger = logger
    let rows = UnreadableRows { row in logger.warning("A row cannot be read", metadata: ["failure": "\(row)"]) }
    await rows.gather { await work() }
  }

  private func work() async {
    let (wakeUps, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.forwardStoreChanges(to: signal) }
      group.addTask { await self.forwardEngineChanges(to: signal) }
      group.addTask { await self.tick(signal) }
      group.addTask { await self.indexEvents() }
      group.addTask { await self.linkAudit() }
      group.addTask { await self.keepConfirmed(signal) }
      group.addTask { await self.watchOthers(signal) }
      group.addTask { await self.keepTheWayClear(signal) }
      group.addTask { await self.keepTeams() }
      group.addTask { await self.keepTerms() }
      if let room = self.roomDuty {
        group.addTask { await room.watch() }
        group.addTask { await room.tell(while: { await self.holdsLease }) }
      }
      group.addTask { await self.keepImports() }
      group.addTask { await self.keepWarmPools(by: self.engine as? any WarmPoolKeeper) }
      for await _ in wakeUps {
        if Task.isCancelled { break }
        meter.turned()
        await look()
        looks.notify()
        // Anybody who may log in to the database can wake it.
        try? await Task.sleep(for: .milliseconds(50))
      }
      group.cancelAll()
    }
    await standDown()
    // In a task of its own: this one is cancelled, and its questions would not be put any more.
    await Task { await store.releaseLease() }.value
  }

  private func forwardStoreChanges(to signal: AsyncStream<Void>.Continuation) async {
    for await change in store.wakeUps() {
      // Sessions change because this core recorded them: that is no news.
      if case .sessions = change { continue }
      // The next look finds it out for itself.
      if case .lost = change { continue }
      if case .everything = change { meter.databaseListens() }
      signal.yield()
    }
  }

  private func forwardEngineChanges(to signal: AsyncStream<Void>.Continuation) async {
    for await _ in engine.changes() { signal.yield() }
  }

  private func tick(_ signal: AsyncStream<Void>.Continuation) async {
    while !Task.isCancelled {
      signal.yield()
      try? await Task.sleep(for: .seconds(settings.interval))
    }
    signal.finish()
  }

  private func look() async {
    do throws(ControlFailure) {
      let isAtWork = try await renewLease()
      meter.noteShare(slots: held.count, holdsLease: holdsLease)
      guard isAtWork else { return }
      let instant = ContinuousClock.now
      let rows = UnreadableRows()
      let (pending, sessions) = try await rows.gather { () async throws(ControlFailure) in
        (try await store.pendingOperations(), try await store.managedSessions())
      }
      let resting = await rest(rows.all, pending)
      let operations = await refuseMisfits(pending, sessions.map(\.session))
      let own = sessions.filter { isOwn($0.session.id) }
      let sandboxes = try await lookAtSandboxes(of: own)
      meter.looked(at: own, pendingOperations: pending.count)
      await keepJournals(sessions)
      await hand(own, sandboxes, operations, readAt: instant)
      let known = Set(sessions.map(\.session.id)).union(resting)
      let others = try await lookAtForeign(besides: known, operations)
      try await settle(operations, without: known.union(others))
    } catch {
      meter.noteShare(slots: held.count, holdsLease: holdsLease)
      meter.failedToLook()
      logger.warning("The core could not look at its sessions", metadata: ["failure": "\(error)"])
    }
  }

  private func lookAtSandboxes(of own: [ManagedSession]) async throws(ControlFailure) -> [Sandbox] {
    do throws(ControlFailure) {
      let sandboxes = try await observer.sandboxes(telling: held)
      await tellOutage()
      return sandboxes
    } catch {
      await tellOutage()
      await markUnknown(own)
      throw error
    }
  }

  /// The others. What a team asked of another's session never comes near it, whoever let the row in.
  private func refuseMisfits(_ operations: [Operation], _ sessions: [Session]) async -> [Operation] {
    let sessions = Dictionary(sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var fitting: [Operation] = []
    for operation in operations {
      guard let session = operation.session.flatMap({ sessions[$0] }), let misfit = operation.misfit(on: session) else {
        fitting.append(operation)
        continue
      }
      guard isOwn(session.id) else { continue }
      logger.warning(
        "An operation on another team's session is refused",
        metadata: ["operation": "\(operation.id)", "team": "\(operation.team)", "session": "\(session.id)"])
      try? await store.complete(operation.id, .failed(misfit))
    }
    return fitting
  }

  private func lookAtForeign(
    besides known: Set<SessionID>, _ operations: [Operation]
  ) async throws(ControlFailure) -> Set<SessionID> {
    let held = held
    return try await foreign?.look(besides: known, operations, recorder: recorder) { session in
      held.contains(SessionSlots.slot(of: session))
    } ?? []
  }

  private func hand(
    _ sessions: [ManagedSession], _ sandboxes: [Sandbox], _ operations: [Operation],
    readAt instant: ContinuousClock.Instant
  ) async {
    let sandboxesBySession = Dictionary(grouping: sandboxes.filter { !$0.isForeign }) { $0.session }
    let operationsBySession = Dictionary(grouping: operations) { $0.session }
    for managed in sessions {
      let id = managed.session.id
      let own = sandboxesBySession[id] ?? []
      let controller = controller(of: managed)
      await controller.take(judges, share: journals.share(of: managed.session))
      await controller.update(
        managed, sandbox: own.max { $0.generation < $1.generation }, operations: operationsBySession[id] ?? [],
        readAt: instant)
    }
    await forget(except: Set(sessions.map(\.session.id)))
  }

  /// Of a session that is purged nothing is left to act upon, and it is not among those that are managed. A core that
  /// was killed before it had written the outcome, or what was asked for just before, would leave these pending.
  private func settle(_ operations: [Operation], without known: Set<SessionID>) async throws(ControlFailure) {
    for operation in operations {
      guard let session = operation.session, isOwn(session), !known.contains(session), controllers[session] == nil
      else { continue }
      try await store.complete(
        operation.id, operation.kind == .purge ? .succeeded : .failed("The session is purged."))
    }
  }

  private func controller(of managed: ManagedSession) -> SessionController {
    if let controller = controllers[managed.session.id] { return controller }
    let controller = SessionController(
      managed,
      dependencies: .init(
        store: store, engine: engine, recorder: recorder, settings: settings, logger: logger,
        confirmation: confirmation, meter: meter))
    controllers[managed.session.id] = controller
    return controller
  }

  private func forget(except known: Set<SessionID>) async {
    for (id, controller) in controllers where !known.contains(id) {
      if await controller.retire() { controllers[id] = nil }
    }
  }

  /// Without the lease nothing may be done: another core may be at work. What is in flight comes to its end first, as
  /// an engine may be within a step that another core would begin as well.
  func standDown() async {
    (term, held) = (nil, [])
    confirmation.lapse()
    let stopping = Array(controllers.values) + Array(leaving.values.joined())
    for controller in stopping { await controller.stop() }
    // A step that waits for its recording would wait for a database that may be gone.
    await recorder.close()
    await foreign?.stop()
    let hasEnded = await ends(within: settings.standDownPatience) {
      for controller in stopping { await controller.ended() }
    }
    if !hasEnded { logger.warning("A step was still in flight when this core stood down") }
    (controllers, leaving) = ([:], [:])
    recorder = Recorder(store: store, logger: logger, meter: meter, growth: growth)
  }

  /// Full-text search follows recording at its own pace, by one core for all.
  private func indexEvents() async {
    while !Task.isCancelled {
      var indexed = 0
      if held.contains(0) { indexed = (try? await store.indexEvents(limit: 5_000)) ?? 0 }
      if indexed < 5_000 { try? await Task.sleep(for: .seconds(1)) }
    }
  }

  /// So does the audit's chain: nobody who writes waits for its end.
  private func linkAudit() async {
    while !Task.isCancelled {
      var linked = 0
      if held.contains(0) { linked = (try? await store.linkAudit(limit: 500)) ?? 0 }
      if linked < 500 { try? await Task.sleep(for: .seconds(1)) }
    }
  }
}
