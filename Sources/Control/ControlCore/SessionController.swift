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
    var confirmation = LeaseConfirmation(isNeeded: false)
    var meter = CoreMeter()
  }

  let id: SessionID
  let dependencies: Dependencies
  var managed: ManagedSession
  var sandbox: Sandbox?
  var crashes: [Timestamp] = []
  /// The uid of the sandbox whose unasked end was counted last.
  private var countedEnd: String?
  var impossible: ImpossibleStart?
  private var outage: EngineOutage?
  var operations: [Operation] = []
  /// Operations whose intent is written, but whose effect is still to be seen.
  var applied: Set<OperationID> = []
  /// Operations that are over, and since when: an older snapshot must not bring them back.
  var completed: [OperationID: ContinuousClock.Instant] = [:]
  /// What this core asked for by itself: an older snapshot cannot hold it yet.
  var submitted: [OperationID: ContinuousClock.Instant] = [:]
  /// The last restart that no operator asked for.
  var ownRestart: OperationID?
  /// Asked for, but whether it was recorded is unknown: the next try is the same operation again.
  var unconfirmed: Operation?
  /// When something may be asked for again after the store refused it.
  var requestAt: ContinuousClock.Instant?
  var refusals = 0
  var connection: (any RunnerConnection)?
  var stream: Task<Void, Never>?
  private var endingStream: Task<Void, Never>?
  var isPurged = false
  /// The journal of a suspended sandbox may hold more than is recorded.
  var isRestDue: Bool
  /// Why the last attempt to reach the runner or the engine failed; shown as the state's reason.
  var problem = ""
  /// What was left unrecorded when the session was ended, and where it lies; the reason of its last state.
  var leftBehind = ""
  /// The last attempt failed in reading what the runner has left, not in recording it.
  var isRestUnreadable = false
  /// Why the journal is not recorded at present; shown as the state's reason, too.
  var journalProblem = ""
  /// Streams of the journal in a row that ended before anything of them was recorded.
  var journalFailures = 0
  /// By cause; a cause without a judge is left as the runner has it.
  var judges: [PauseCause: PauseJudge] = [:]
  /// What the team leaves to this session.
  var share = JournalBounds()
  /// Those that its runner keeps to; `nil` while none answers, and where it knows none.
  var runnerBounds: JournalBounds?
  /// As the runner does it; `nil` while none answers, and where it cannot.
  var runnerPauses: [PauseCause: String]?
  /// `nil` before the engine was asked for what it knows.
  var hold: TurnHold?
  var holdRetryAt: ContinuousClock.Instant?
  /// A hold that is being written.
  var holding: Task<Void, Never>?
  /// Why a pause that is wanted is not there; shown as the state's reason.
  var pauseProblem = ""
  /// Since when the runner of a sandbox that runs has not answered.
  var unansweredSince: Timestamp?
  /// The earliest time to reach for the runner again.
  var connectAt: ContinuousClock.Instant?
  /// A request to the runner that is under way.
  var cancelRunnerCall: (@Sendable () -> Void)?
  private var retryAt: ContinuousClock.Instant?
  /// Of steps in a row; a pass that only waits for the next try does not end the row.
  private(set) var failures = 0
  private var published: DerivedState
  private var publishedAt = ContinuousClock.now
  private var worker: Task<Void, Never>?
  private var isDirty = false
  private var isStopped = false
  /// Snapshots that were taken before the last change made here are out of date; the first is not, though this came
  /// into being after it.
  private var changedAt: ContinuousClock.Instant?

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
      crashes: crashes, impossibility: impossible?.reason(in: session, by: managed.agent),
      budget: managed.agent.spec.limits.budget, outage: outage, unansweredSince: unansweredSince)
  }

  /// Why nothing will run in this generation.
  var startObstacle: String? {
    let observation = observation
    if let spent = observation.spentBudget { return spent }
    if observation.sandbox == nil, let impossibility = observation.impossibility { return impossibility }
    if let failure = observation.startFailure { return failure.message }
    if case .giveUp(let reason) = nextStep { return reason }
    return nil
  }

  /// Takes in what was read at `instant`, and goes to work if it is not at it already.
  func update(
    _ latest: ManagedSession, sandbox: Sandbox?, operations: [Operation], readAt instant: ContinuousClock.Instant
  ) {
    guard !isStopped else { return }
    if changedAt.map({ instant > $0 }) ?? true {
      managed.session = latest.session
      // One that cannot be read now was readable when it was applied: its limits still hold.
      if latest.agent.revision > 0 || managed.agent.revision == 0 { managed.agent = latest.agent }
      self.sandbox = sandbox
    }
    // Whoever else wrote a state is overruled by the next pass.
    if instant > publishedAt { published = DerivedState(latest.session.state, latest.session.stateReason) }
    takeIn(operations, readAt: instant)
    // A runner that does not answer must not hold up what ends it.
    if isEndAskedFor { cancelRunnerCall?() }
    wake()
  }

  func take(_ outage: EngineOutage?) {
    guard self.outage != outage else { return }
    self.outage = outage
    wake()
  }

  /// What was completed or asked for here after the snapshot was begun is not as the snapshot says.
  private func takeIn(_ latest: [Operation], readAt instant: ContinuousClock.Instant) {
    completed = completed.filter { $0.value >= instant }
    submitted = submitted.filter { $0.value >= instant }
    let known = Set(latest.map(\.id))
    let unseen = operations.filter { submitted[$0.id] != nil && !known.contains($0.id) }
    operations = latest.filter { completed[$0.id] == nil } + unseen
    applied.formIntersection(operations.map(\.id))
  }

  /// Ends recording and does nothing from here on; sandboxes go on.
  func stop() {
    isStopped = true
    holding?.cancel()
    cancelRunnerCall?()
    let last = stream
    disconnect()
    endingStream = last
  }

  /// Returns when nothing is under way any more.
  func ended() async {
    await worker?.value
    await holding?.value
    await endingStream?.value
  }

  /// Stops unless it is at work: what it has begun must get its end written.
  func retire() -> Bool {
    guard worker == nil else { return false }
    stop()
    return true
  }

  /// To be asked after every wait and before the next act: another core may be at work on this session.
  func checkNotStopped() throws(ControlFailure) {
    if isStopped { throw ControlFailure(.cancelled, "The core has given up its lease.") }
    guard dependencies.confirmation.isValid else {
      throw ControlFailure(.unavailable, SessionReason.unconfirmed.told())
    }
  }

  func wake() {
    isDirty = true
    guard worker == nil, !isStopped else { return }
    worker = Task { await work() }
  }

  private func work() async {
    while isDirty, !isStopped {
      isDirty = false
      await pass()
    }
    worker = nil
  }

  private func pass() async {
    var step = ReconcileStep.none
    do throws(ControlFailure) {
      try await applyIntents()
      noteEnd()
      let isDue = retryAt.map { $0 <= .now } ?? true
      step = nextStep
      if isDue { try await perform(step) }
      step = .none
      await applyPauses()
      await applyBounds()
      try await deliver()
      try await completeIntents()
      try await requestByItself()
      if isDue { (failures, problem) = (0, "") }
    } catch {
      guard !isStopped else { return }
      note(error, in: step)
    }
    guard !isStopped, dependencies.confirmation.isValid else { return }
    await publishState()
    keepHold()
  }

  /// What was asked for is another thing: it does not wait for the next try of what failed before.
  func tryAtOnce() {
    (retryAt, connectAt) = (nil, nil)
    (failures, journalFailures) = (0, 0)
  }

  var nextStep: ReconcileStep {
    isPurged ? .none : observation.nextStep(policy: dependencies.settings.restarts, now: .now())
  }

  /// What was just read is older than what was just done.
  func changed() {
    changedAt = .now
    isDirty = true
  }

  private func note(_ failure: ControlFailure, in step: ReconcileStep) {
    failures += 1
    dependencies.meter.failed(step: failure)
    let isEarly = failure.code == .unavailable && failures < 5
    // A runner that was only just started does not answer at once: that is no fault, and the state says what is waited for.
    if isEarly, case .connect = step { problem = "" } else { problem = failure.sentences }
    if case .connect = step { unansweredSince = unansweredSince ?? .now() }
    retryAt = .now + Backoff(first: 0.4, longest: 30).pause(afterFailures: failures)
    dependencies.logger.log(
      level: isEarly ? .debug : .warning, "A step of a session failed",
      metadata: ["session": "\(id)", "failure": "\(failure)"])
  }

  private func noteEnd() {
    guard let sandbox else { return }
    // The same sandbox may be resumed, and end again.
    guard sandbox.isFinished else { return countedEnd = nil }
    guard session.desired == .running, !observation.hasEnded, sandbox.generation == session.generation,
      countedEnd != sandbox.reference.uid
    else { return }
    countedEnd = sandbox.reference.uid
    let now = Timestamp.now()
    crashes = crashes.filter { now.seconds(since: $0) < dependencies.settings.restarts.window } + [now]
  }

  private func publishState() async {
    var state = observation.state(
      policy: dependencies.settings.restarts, stallAfter: dependencies.settings.stallAfter, now: .now())
    let problem = [journalProblem, problem, pauseProblem].first { !$0.isEmpty } ?? ""
    if state.state.isLive, !problem.isEmpty { state.reason = problem }
    if state.state == .killed, !leftBehind.isEmpty { state.reason = leftBehind }
    guard state != published, !isPurged else { return }
    do {
      try await dependencies.store.setState(state.state, reason: state.reason, of: id)
      published = state
      publishedAt = .now
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
}

extension SessionState {
  /// Something runs, or is about to.
  var isLive: Bool {
    [.starting, .working, .waiting, .approval, .restarting, .stalled].contains(self)
  }
}

extension ControlFailure {
  /// With what to do about it, where that is known.
  fileprivate var sentences: String { hint.map { "\(summary) \($0)" } ?? summary }
}
