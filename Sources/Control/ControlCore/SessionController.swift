import ControlModel
import Logging

/// Brings one session to what operators want of it, and records its journal. The only code that touches an engine.
///
/// It is fed with snapshots and works on them one pass at a time; a snapshot that arrives meanwhile is worked on next.
actor SessionController {
  struct Dependencies: Sendable {
    var store: any ControlStore & OperationStore
    var engine: any SandboxEngine
    var recorder: Recorder
    var settings: CoreSettings
    var logger: Logger
  }

  let id: SessionID
  let dependencies: Dependencies
  var managed: ManagedSession
  var sandbox: Sandbox?
  var crashes: [Timestamp] = []
  /// The sandboxes whose unasked end has been counted.
  var countedEnds: Set<String> = []
  var operations: [Operation] = []
  /// Operations whose intent is written, but whose effect is still to be seen.
  var applied: Set<OperationID> = []
  /// Operations that are over, so that an older snapshot does not bring them back.
  var completed: Set<OperationID> = []
  var connection: (any RunnerConnection)?
  var stream: Task<Void, Never>?
  var isPurged = false
  /// The journal of a suspended sandbox may hold more than is recorded.
  var isRestDue: Bool
  /// Why the last attempt to reach the runner or the engine failed; shown as the state's reason.
  var problem = ""
  private var retryAt: ContinuousClock.Instant?
  /// Of steps in a row; a pass that only waits for the next try does not end the row.
  private var failures = 0
  private var published: DerivedState
  private var isWorking = false
  private var isDirty = false
  private var isStopped = false
  /// Snapshots that were taken before the last change made here are out of date.
  private var changedAt = ContinuousClock.now

  init(_ managed: ManagedSession, dependencies: Dependencies) {
    id = managed.session.id
    self.managed = managed
    self.dependencies = dependencies
    // A runtime that was seen to end in order has said its last word.
    isRestDue = managed.projection.activity != .idle
    published = DerivedState(managed.session.state, managed.session.stateReason)
  }

  var session: Session { managed.session }

  var observation: SessionObservation {
    SessionObservation(
      session: managed.session, projection: managed.projection, sandbox: sandbox, isConnected: connection != nil,
      crashes: crashes)
  }

  /// Takes in what was read at `instant`, and goes to work if it is not at it already.
  func update(
    _ latest: ManagedSession, sandbox: Sandbox?, operations: [Operation], readAt instant: ContinuousClock.Instant
  ) {
    guard !isStopped else { return }
    if instant > changedAt {
      managed.session = latest.session
      managed.agent = latest.agent
      self.sandbox = sandbox
      noteEnd()
    }
    self.operations = operations.filter { !completed.contains($0.id) }
    wake()
  }

  /// Ends recording and does nothing from here on; sandboxes go on.
  func stop() {
    isStopped = true
    disconnect()
  }

  /// Stops unless it is at work: what it has begun must get its end written.
  func retire() -> Bool {
    guard !isWorking else { return false }
    stop()
    return true
  }

  /// To be asked after every wait and before the next act: another core may be at work on this session.
  func checkNotStopped() throws(ControlFailure) {
    if isStopped { throw ControlFailure(.cancelled, "The core has given up its lease.") }
  }

  func wake() {
    isDirty = true
    guard !isWorking, !isStopped else { return }
    isWorking = true
    Task { await work() }
  }

  private func work() async {
    while isDirty, !isStopped {
      isDirty = false
      await pass()
    }
    isWorking = false
  }

  private func pass() async {
    do throws(ControlFailure) {
      try await applyIntents()
      let isDue = retryAt.map { $0 <= .now } ?? true
      if isDue { try await perform(nextStep) }
      try await deliver()
      try await completeIntents()
      try await requestByItself()
      if isDue { failures = 0 }
    } catch {
      guard !isStopped else { return }
      note(error)
    }
    guard !isStopped else { return }
    await publishState()
  }

  /// What was asked for is another thing: it does not wait for the next try of what failed before.
  func tryAtOnce() {
    retryAt = nil
    failures = 0
  }

  private var nextStep: ReconcileStep {
    isPurged ? .none : observation.nextStep(policy: dependencies.settings.restarts, now: .now())
  }

  /// What was just read is older than what was just done.
  func changed() {
    changedAt = .now
    isDirty = true
  }

  private func note(_ failure: ControlFailure) {
    failures += 1
    problem = failure.summary
    retryAt = .now + .seconds(min(30, 0.2 * Double(1 << min(failures, 8))))
    // A runner that was only just started does not answer at once.
    let isEarly = failure.code == .unavailable && failures < 5
    dependencies.logger.log(
      level: isEarly ? .debug : .warning, "A step of a session failed",
      metadata: ["session": "\(id)", "failure": "\(failure)"])
  }

  private func noteEnd() {
    guard let sandbox, sandbox.isFinished, session.desired == .running, !observation.hasEnded,
      sandbox.generation == session.generation, countedEnds.insert(sandbox.reference.uid).inserted
    else { return }
    crashes.append(.now())
  }

  private func publishState() async {
    var state = observation.state(
      policy: dependencies.settings.restarts, stallAfter: dependencies.settings.stallAfter, now: .now())
    if [.starting, .restarting].contains(state.state), !problem.isEmpty { state.reason = problem }
    guard state != published, !isPurged else { return }
    do {
      try await dependencies.store.setState(state.state, reason: state.reason, of: id)
      published = state
    } catch {
      dependencies.logger.debug("A state was not published", metadata: ["session": "\(id)", "failure": "\(error)"])
    }
  }

  private func requestByItself() async throws(ControlFailure) {
    try checkNotStopped()
    guard operations.isEmpty,
      let request = Reaper.request(for: observation, limits: managed.agent.spec.limits, now: .now())
    else { return }
    try await submit(request.kind, reason: request.reason)
  }

  /// What the core does on its own account is an operation as well, recorded before it is carried out.
  func submit(_ kind: Operation.Kind, reason: String) async throws(ControlFailure) {
    let operation = Operation(
      id: .make(at: .now()), kind: kind, team: session.team, session: id, generation: session.generation,
      actor: "core", reason: reason, requestedAt: .now())
    try await dependencies.store.submit(operation)
    operations.append(operation)
    isDirty = true
  }
}
