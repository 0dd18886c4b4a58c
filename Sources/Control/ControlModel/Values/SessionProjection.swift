/// What a session's events say about it, event by event: a pure fold that can be stored and gone on with.
///
/// The state of a session is this together with its sandbox and the clock; see `ControlCore`.
package struct SessionProjection: Sendable, Hashable {
  /// What the runtime does, as far as its events tell.
  package enum Activity: String, Sendable, Hashable {
    /// No runtime has started yet, or the last one ended.
    case idle
    case starting
    case working
    /// The turn is over: no message is without an answer, and no tool of a turn runs.
    case waiting
    case approval
    /// The runtime ended by itself and well.
    case finished
    case failed
  }

  @EventNumber package var lastSeq: Int64 = 0
  package var lastEventAt: Timestamp?
  /// The generation of the runner that wrote the last `runner.started`; 0 before the first.
  @Generation package var generation: Int = 0
  package var activity: Activity = .idle
  package var activitySince: Timestamp?
  /// Why the activity is what it is: the error, the question.
  package var reason: String = ""
  package var turns: Count = 0
  package var tokens: TokenUsage = .zero
  package var cost: USD = .zero
  package var runtimeSessionID: String?
  /// One line for lists.
  package var now: String = ""
  /// A turn has begun and not ended.
  package var isInTurn = false
  /// Ids of messages that the runtime has not answered, oldest first; the last `mostUnanswered` of them.
  package var unanswered: [String] = []
  /// What goes on beside the conversation, oldest first; at most `mostTasks`.
  package var tasks: [BackgroundTask] = []
  /// Call ids of approvals without a decision, oldest first: as many as are listed.
  package var openApprovals: [String] = []
  /// Further ones without a decision: asked when the list was full, or under an id that is too long to be one. Runners
  /// of this release deny them; those of the last hold them, and take a decision on each.
  package var unlistedApprovals: Count = 0
  /// Of its events, as far as they were recorded since this is counted; about what its journal holds.
  package var bytes: Count = 0
  /// Why the runner has paused the agent; empty while it has not.
  package var pauses: [PauseCause: String] = [:]
  /// Why the runner reads the agent's output more slowly than it comes; empty while it does not.
  package var slowed: String = ""
  /// Of a foreign sandbox, whose events come from a log: how far that is read.
  package var log: LogCursor?

  package init() {}

  /// An agent may be told more before it answers, and start more; a state needs to know of one.
  package static let (mostUnanswered, mostTasks) = (64, 64)
}
