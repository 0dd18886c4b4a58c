/// What makes sandboxes. Every call is idempotent where it can be, and refuses a reference that has become stale with
/// `ControlFailure.conflict`.
package protocol SandboxEngine: Sendable {
  /// `local` or `kubernetes`.
  var name: String { get }

  /// Whether `journal(of:)` can read what a runner has left. Where it cannot, the runner's last events come over its
  /// open stream only: a runner that is asked to end delivers them before it does.
  var readsVolumes: Bool { get }

  /// Whether every core reaches every sandbox, wherever it runs: then several share the sessions.
  var isShared: Bool { get }

  /// Which engine this is, and of which cluster.
  func identity() async -> EngineIdentity

  /// All sandboxes there are, foreign ones included.
  func sandboxes() async throws(ControlFailure) -> [Sandbox]

  /// Wakes its reader when a sandbox may have changed; says nothing about which. Ends when the engine closes.
  func changes() -> AsyncStream<Void>

  /// Makes the sandbox of a session's generation, its volume too if this is the first. A live sandbox of the same
  /// session with another generation is a conflict: delete it first (one session, at most one sandbox).
  func create(_ request: SandboxRequest) async throws(ControlFailure) -> Sandbox

  /// Ends the processes and keeps the volume; `resume` starts them again in the same sandbox.
  func suspend(_ reference: SandboxReference) async throws(ControlFailure)
  func resume(_ reference: SandboxReference) async throws(ControlFailure)

  /// Ends the processes and forgets the sandbox. The volume stays until `deleteVolume`.
  func delete(_ reference: SandboxReference) async throws(ControlFailure)

  /// Removes a session's volume: journal, workspace, the runtime's own history. There must be no sandbox left.
  func deleteVolume(of session: SessionID, team: ResourceName) async throws(ControlFailure)

  /// The events after `seq` of a journal whose runner has ended, where the engine can read volumes by itself; `nil`
  /// where only a runner can (the next one will serve them).
  func journal(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> AsyncThrowingStream<[Event], any Error>?

  /// Keeps what can never be recorded of a session's journal apart from its volume, whose purge would take it along, and
  /// says where; `nil` where there is no journal, or no way to keep it.
  func setJournalAside(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> JournalRemainder?

  /// A way to speak to the sandbox's runner; says nothing about whether it answers yet.
  func runner(of reference: SandboxReference) async throws(ControlFailure) -> any RunnerConnection
}

extension SandboxEngine {
  package var readsVolumes: Bool { true }
  package var isShared: Bool { false }

  package func identity() async -> EngineIdentity { EngineIdentity(name: name) }

  package func setJournalAside(
    of session: SessionID, team: ResourceName, after seq: Int64
  ) async throws(ControlFailure) -> JournalRemainder? { nil }
}

/// A journal that was kept because it cannot be recorded to its end.
package struct JournalRemainder: Sendable, Hashable {
  package var place: String
  /// Of the whole journal.
  package var bytes: Int64
  /// As far as it can be told without reading all of it.
  package var lastSeq: Int64?

  package init(place: String, bytes: Int64, lastSeq: Int64? = nil) {
    self.place = place
    self.bytes = bytes
    self.lastSeq = lastSeq
  }
}

/// All an engine needs to make a sandbox.
package struct SandboxRequest: Sendable, Hashable {
  package var session: SessionID
  @Generation package var generation: Int
  package var agent: Agent
  /// The number the runner's first event gets if its journal is empty: one more than what is recorded.
  @EventNumber package var firstSeq: Int64
  /// The conversation to resume if the journal is empty, too.
  package var runtimeSessionID: String?
  /// What the events before `firstSeq` have cost; `nil` when nobody knows.
  package var spent: USD?
  /// Who asked for this generation and why, in one phrase.
  package var reason: String?
  /// A message is on its way with which the runtime is to begin: a command that ends by itself would run once without it,
  /// and once for it.
  package var awaitsMessage: Bool

  package init(
    session: SessionID, generation: Int, agent: Agent, firstSeq: Int64 = 1, runtimeSessionID: String? = nil,
    spent: USD? = nil, reason: String? = nil, awaitsMessage: Bool = false
  ) {
    self.session = session
    self.generation = generation
    self.agent = agent
    self.firstSeq = firstSeq
    self.runtimeSessionID = runtimeSessionID
    self.spent = spent
    self.reason = reason
    self.awaitsMessage = awaitsMessage
  }
}

/// Speaks to one runner. Every request may be repeated: the runner knows messages and decisions by their ids.
package protocol RunnerConnection: Sendable {
  func status() async throws(ControlFailure) -> RunnerStatus

  /// The journal from `after` on, in order, live until the runner goes away; batches as they arrive. A line that is no
  /// event ends the stream with a failure that names it.
  func events(after seq: Int64) -> AsyncThrowingStream<[Event], any Error>

  func send(_ message: RunnerMessage) async throws(ControlFailure)
  func interrupt(id: OperationID) async throws(ControlFailure)
  func decide(_ decision: ApprovalDecision) async throws(ControlFailure)

  /// Stops the agent's processes where they are, until every cause is lifted again (`nil`). The runner goes on: it
  /// answers, takes messages, and can be ended. `notFound`, `unsupported`: the runner is of a release that cannot.
  func pause(for cause: PauseCause, because reason: String?) async throws(ControlFailure)

  /// From now on these bounds hold for its journal; `reason` says why they are not those of the declaration. The same
  /// failures tell of a runner that cannot.
  func limit(_ bounds: JournalBounds, because reason: String?) async throws(ControlFailure)
}

extension RunnerConnection {
  package func pause(for cause: PauseCause, because reason: String?) async throws(ControlFailure) {
    throw ControlFailure(.unsupported, "This runner cannot pause its agent.")
  }

  package func limit(_ bounds: JournalBounds, because reason: String?) async throws(ControlFailure) {
    throw ControlFailure(.unsupported, "This runner's journal has no bounds.")
  }
}

/// What a runner says of itself.
package struct RunnerStatus: Sendable, Hashable {
  package enum RuntimeState: String, Sendable, Hashable {
    case starting, working, waiting, approval, exited
  }

  package var session: SessionID
  @Generation package var generation: Int
  /// The highest journalled number, 0 for none.
  @EventNumber package var seq: Int64
  package var runtime: RuntimeState
  package var runtimeSessionID: String?
  package var startedAt: Timestamp
  /// Why nothing can be recorded at the moment (a full disk); `nil` while all is well.
  package var problem: String?
  /// Why the agent is paused; empty while it is not. `nil`: the runner is of a release that cannot pause one.
  package var pauses: [PauseCause: String]?
  /// `nil`: the runner is of a release whose journals have no bounds.
  package var journal: JournalAccount?

  package init(
    session: SessionID, generation: Int, seq: Int64, runtime: RuntimeState, runtimeSessionID: String?,
    startedAt: Timestamp, problem: String? = nil, pauses: [PauseCause: String]? = nil,
    journal: JournalAccount? = nil
  ) {
    self.session = session
    self.generation = generation
    self.seq = seq
    self.runtime = runtime
    self.runtimeSessionID = runtimeSessionID
    self.startedAt = startedAt
    self.problem = problem
    self.pauses = pauses
    self.journal = journal
  }
}

/// A user's message on its way to the runtime; the same id is delivered once.
package struct RunnerMessage: Sendable, Hashable {
  package var id: OperationID
  package var text: String

  package init(id: OperationID, text: String) {
    self.id = id
    self.text = text
  }
}

/// An operator's answer to one `approval.request`.
package struct ApprovalDecision: Sendable, Hashable {
  package enum Verdict: String, Sendable, Hashable {
    case allow, deny
  }

  package var id: OperationID
  /// The request's `callID`.
  package var callID: String
  package var verdict: Verdict
  /// Told to the agent when it is denied; for a question, the answer.
  package var reason: String?
  package var actor: String

  package init(id: OperationID, callID: String, verdict: Verdict, reason: String?, actor: String) {
    self.id = id
    self.callID = callID
    self.verdict = verdict
    self.reason = reason
    self.actor = actor
  }
}
