import ControlModel
import Synchronization

/// One session in memory behind the ports of a core, so that a test can decide what comes in while a step is under way.
final class StandInPorts: ControlStore, OperationStore, SandboxEngine {
  struct State {
    var managed: ManagedSession
    var sandbox: Sandbox?
    var operations: [Operation] = []
    var deletions = 0
    var purges = 0
    var isDeleting = false
    /// Holds up deletions of sandboxes until it is false.
    var holdsDeletions = false
    var leaseFailure: ControlFailure?
    var releases = 0
    /// Whether a deletion was still under way when the lease was given back.
    var wasReleasedWithinDeletion = false
    /// Holds the answers to changes of intent that were made.
    var holdsIntents = false
    var intents: [(desired: DesiredState, expected: Int, isNewGeneration: Bool)] = []
    var recordFailure: ControlFailure?
    var recordAttempts = 0
    var recorded: Int64 = 0
    var states: [(state: SessionState, reason: String)] = []
    var runner: StandInRunner?
    var runnersAskedFor = 0
    /// How many looks may go on with what was pending when they asked; all, without a number.
    var permittedLooks: Int?
    var isLookHeld = false
    /// The next change of intent is made, but its answer does not arrive.
    var losesAnswers = false
    var holdsSubmissions = false
    var isSubmitting = false
    var holdsStates = false
    var isPublishing = false
    /// Sandboxes can be made, and have ended as soon as they are looked at.
    var makesFinishedSandboxes = false
    var creationFailure: ControlFailure?
    /// The engine does not see its sandboxes.
    var sightFailure: ControlFailure?
    var readsVolumes = true
    /// What the engine says of a journal whose runner has ended; `nil` where it cannot read volumes.
    var rest: Rest?
    var setAside: JournalRemainder?
    var journalsSetAside: [Int64] = []
    /// Rows that a reading comes across and cannot make sense of.
    var unreadable: [UnreadableRow] = []
    var completions: [(OperationID, Operation.Outcome)] = []
    /// What was asked of the engine's holds, and whether they are never answered.
    var holds: [Bool] = []
    var hangsHolds = false
    var heldSince: Timestamp?
    /// Every submission is refused, and recorded as refused.
    var submissionFailure: ControlFailure?

    mutating func mayLook() -> Bool {
      isLookHeld = permittedLooks == 0
      if isLookHeld { return false }
      permittedLooks = permittedLooks.map { $0 - 1 }
      return true
    }
  }

  enum Rest {
    case closed(ControlFailure)
    case events([Event], then: ControlFailure?)
  }

  let name = "stand-in"
  var readsVolumes: Bool { state.withLock { $0.readsVolumes } }
  let state: Mutex<State>

  init(_ state: sending State) { self.state = Mutex(state) }

  func acquireLease(holder: String) async throws(ControlFailure) -> Bool {
    if let failure = state.withLock({ $0.leaseFailure }) { throw failure }
    return true
  }
  func releaseLease() async {
    state.withLock {
      $0.releases += 1
      $0.wasReleasedWithinDeletion = $0.isDeleting && $0.deletions == 0
    }
  }
  func leaseHolder() async throws(ControlFailure) -> String? { nil }

  func managedSessions() async throws(ControlFailure) -> [ManagedSession] {
    state.withLock { $0.purges > 0 ? [] : [$0.managed] }
  }
  func managedSession(_ id: SessionID) async throws(ControlFailure) -> ManagedSession? {
    state.withLock { $0.managed }
  }
  func pendingOperations() async throws(ControlFailure) -> [Operation] {
    for row in state.withLock({ $0.unreadable }) { UnreadableRows.note(row) }
    let pending = state.withLock { $0.operations.filter { $0.outcome == .pending } }
    while !state.withLock({ $0.mayLook() }) { await pause() }
    return pending
  }
  func complete(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure) {
    state.withLock { state in
      state.completions.append((operation, outcome))
      for index in state.operations.indices
      where state.operations[index].id == operation && state.operations[index].outcome == .pending {
        state.operations[index].outcome = outcome
      }
    }
  }
  func setDesired(
    _ desired: DesiredState, of session: SessionID, expectedGeneration: Int, newGeneration: Bool
  ) async throws(ControlFailure) {
    let isCurrent = state.withLock { state in
      guard state.managed.session.generation == expectedGeneration else { return false }
      state.intents.append((desired, expectedGeneration, newGeneration))
      state.managed.session.desired = desired
      state.managed.session.generation += newGeneration ? 1 : 0
      return true
    }
    guard isCurrent else { throw ControlFailure(.conflict, "The session is at another generation.") }
    let isAnswerLost = state.withLock { state in
      defer { state.losesAnswers = false }
      return state.losesAnswers
    }
    if isAnswerLost {
      throw ControlFailure(.unavailable, "The connection was lost while a change was being committed.")
    }
    while state.withLock({ $0.holdsIntents }) { await pause() }
  }
  func setState(
    _ state: SessionState, reason: String, of session: SessionID
  ) async throws(ControlFailure) {
    self.state.withLock {
      $0.states.append((state, reason))
      $0.managed.session.state = state
      $0.managed.session.stateReason = reason
      $0.isPublishing = true
    }
    while self.state.withLock({ $0.holdsStates }) { await pause() }
    self.state.withLock { $0.isPublishing = false }
  }
  func record(_ batches: [RecordedBatch]) async throws(ControlFailure) {
    let failure = state.withLock { state in
      state.recordAttempts += 1
      if state.recordFailure == nil, let batch = batches.last {
        state.recorded = batch.projection.lastSeq
        state.managed.projection = batch.projection
      }
      return state.recordFailure
    }
    if let failure { throw failure }
  }
  func purge(_ session: SessionID) async throws(ControlFailure) { state.withLock { $0.purges += 1 } }
  func indexEvents(limit: Int) async throws(ControlFailure) -> Int { 0 }
  func wakeUps() -> AsyncStream<StoreChange> { AsyncStream { $0.finish() } }

  func startSession(_ request: StartRequest) async throws(ControlFailure) -> Session {
    state.withLock { $0.managed.session }
  }
  func submit(_ operation: Operation) async throws(ControlFailure) {
    state.withLock { $0.isSubmitting = true }
    while state.withLock({ $0.holdsSubmissions }) { await pause() }
    let failure = state.withLock { state in
      var operation = operation
      if let failure = state.submissionFailure { operation.outcome = .failed(failure.summary) }
      if !state.operations.contains(where: { $0.id == operation.id }) { state.operations.append(operation) }
      return state.submissionFailure
    }
    if let failure { throw failure }
  }
  func operation(_ id: OperationID) async throws(ControlFailure) -> Operation {
    guard let found = state.withLock({ $0.operations.first { $0.id == id } }) else {
      throw ControlFailure(.notFound, "There is no operation \(id).")
    }
    return found
  }
  func operations(
    of session: SessionID?, team: ResourceName?, limit: Int
  ) async throws(ControlFailure) -> [Operation] { [] }

  func sandboxes() async throws(ControlFailure) -> [Sandbox] {
    if let failure = state.withLock({ $0.sightFailure }) { throw failure }
    return state.withLock { $0.sandbox.map { [$0] } ?? [] }
  }
  func changes() -> AsyncStream<Void> { AsyncStream { $0.finish() } }
  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox {
    if let failure = state.withLock({ $0.creationFailure }) { throw failure }
    guard state.withLock({ $0.makesFinishedSandboxes }) else {
      throw ControlFailure(.unavailable, "Nothing can be made here.")
    }
    let sandbox = Sandbox(
      reference: SandboxReference(team: request.agent.team, name: "s", uid: "u\(request.generation)"),
      session: request.session, generation: request.generation, operatingMode: .running,
      conditions: [.init(type: "Finished", isTrue: true, reason: "RunnerExited", message: "it ended", since: noon)],
      node: "here", createdAt: noon)
    state.withLock { $0.sandbox = sandbox }
    return sandbox
  }
  func suspend(_ reference: SandboxReference) async throws(ControlFailure) {
    state.withLock { $0.sandbox?.operatingMode = .suspended }
  }
  func resume(_ reference: SandboxReference) async throws(ControlFailure) {}
  func delete(_ reference: SandboxReference) async throws(ControlFailure) {
    state.withLock { $0.isDeleting = true }
    while state.withLock({ $0.holdsDeletions }) { await pause() }
    state.withLock {
      $0.sandbox = nil
      $0.deletions += 1
    }
  }
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure) {}
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>? {
    switch state.withLock({ $0.rest }) {
    case nil: return nil
    case .closed(let failure): throw failure
    case .events(let events, let failure):
      return AsyncThrowingStream { continuation in
        continuation.yield(events.filter { $0.seq > seq })
        continuation.finish(throwing: failure)
      }
    }
  }
  func setJournalAside(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> JournalRemainder? {
    state.withLock {
      $0.journalsSetAside.append(seq)
      return $0.setAside
    }
  }
  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection {
    let runner = state.withLock { state in
      state.runnersAskedFor += 1
      return state.runner
    }
    guard let runner else {
      throw ControlFailure(.unavailable, "There is no runner here.")
    }
    return runner
  }

  /// A step of the core that was cancelled must not make this a busy loop.
  private func pause() async { await Task { try? await Task.sleep(for: .milliseconds(5)) }.value }
}

/// A runner whose journal has these events, and no end.
struct StandInRunner: RunnerConnection {
  var session: SessionID
  var generation = 1
  var journal: [Event] = []
  /// Requests get no answer until they are cancelled, as those to a process that was stopped.
  var isHung = false
  /// `nil` for one of a release that knows no pauses.
  var pauses: StandInPauses?
  /// What the runner says after its journal, to one reader.
  var lastWords: AsyncThrowingStream<[Event], any Error>?

  func status() async throws(ControlFailure) -> RunnerStatus {
    RunnerStatus(
      session: session, generation: generation, seq: journal.last?.seq ?? 0, runtime: .waiting, runtimeSessionID: nil,
      startedAt: noon, pauses: pauses?.known,
      journal: (pauses?.bounds).map { JournalAccount(bytes: 0, bounds: $0) })
  }
  func events(after seq: Int64) -> AsyncThrowingStream<[Event], any Error> {
    if let lastWords { return lastWords }
    return AsyncThrowingStream { continuation in
      let fresh = journal.filter { $0.seq > seq }
      if !fresh.isEmpty { continuation.yield(fresh) }
    }
  }
  func send(_ message: RunnerMessage) async throws(ControlFailure) {
    guard isHung else { return }
    try? await Task.sleep(for: .seconds(30))
    throw ControlFailure(Task.isCancelled ? .cancelled : .unavailable, "The runner does not answer.")
  }
  func interrupt(id: OperationID) async throws(ControlFailure) {}
  func pause(for cause: PauseCause, because reason: String?) async throws(ControlFailure) {
    guard let pauses else { throw ControlFailure(.notFound, "The runner has no '/v1/pause'.") }
    pauses.told.withLock { $0.append((cause, reason)) }
  }
  func limit(_ bounds: JournalBounds, because reason: String?) async throws(ControlFailure) {
    guard let pauses else { throw ControlFailure(.notFound, "The runner has no '/v1/limits'.") }
    pauses.limits.withLock { $0.append(bounds) }
  }
  func decide(_ decision: ApprovalDecision) async throws(ControlFailure) {}
}

final class StandInPauses: Sendable {
  /// What the runner says of itself when it is reached.
  let known: [PauseCause: String]
  let bounds: JournalBounds?
  let told = Mutex<[(cause: PauseCause, reason: String?)]>([])
  let limits = Mutex<[JournalBounds]>([])

  init(known: [PauseCause: String] = [:], bounds: JournalBounds? = nil) {
    self.known = known
    self.bounds = bounds
  }
}

extension StandInPorts: DisruptionGuard {
  func heldSince(_ sandbox: Sandbox) async throws(ControlFailure) -> Timestamp? { state.withLock { $0.heldSince } }

  func setHeld(_ isHeld: Bool, _ sandbox: Sandbox) async throws(ControlFailure) {
    state.withLock { $0.holds.append(isHeld) }
    while state.withLock({ $0.hangsHolds }), !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
    if Task.isCancelled { throw ControlFailure(.cancelled, "Nobody waits for it.") }
  }
}
