/// Teams and agents: what operators declare.
package protocol TeamStore: Sendable {
  func teams() async throws(ControlFailure) -> [Team]
  /// Also makes the Postgres role of the team.
  func createTeam(
    _ name: ResourceName, quota: TeamQuota, actor: String, reason: String?
  ) async throws(ControlFailure) -> Team
  /// Takes the place of the former quota, whole.
  func changeTeam(
    _ name: ResourceName, quota: TeamQuota, actor: String, reason: String?
  ) async throws(ControlFailure) -> Team
  /// Refused while the team has sessions that are not purged.
  func deleteTeam(_ name: ResourceName, actor: String, reason: String?) async throws(ControlFailure)

  func agents(of team: ResourceName?) async throws(ControlFailure) -> [Agent]
  func agent(_ name: ResourceName, of team: ResourceName) async throws(ControlFailure) -> Agent
  /// Creates the agent or changes it; the same spec again changes nothing.
  func applyAgent(
    _ name: ResourceName, of team: ResourceName, spec: AgentSpec, actor: String
  ) async throws(ControlFailure) -> Agent
  func deleteAgent(
    _ name: ResourceName, of team: ResourceName, actor: String, reason: String?
  ) async throws(ControlFailure)
}

extension TeamStore {
  /// Without bounds.
  package func createTeam(_ name: ResourceName, actor: String, reason: String?) async throws(ControlFailure) -> Team {
    try await createTeam(name, quota: TeamQuota(), actor: actor, reason: reason)
  }

  package func team(_ name: ResourceName) async throws(ControlFailure) -> Team {
    guard let team = try await teams().first(where: { $0.name == name }) else {
      throw ControlFailure(.notFound, "There is no team '\(name)'.", hint: "See `paddock team list`.")
    }
    return team
  }
}

/// Sessions and their history. Lists never carry history; history is read by `seq`, never by counting rows.
package protocol SessionStore: Sendable {
  /// By who needs a human, then by age; `team` nil means all the caller may see. Purged sessions are left out.
  func sessions(of team: ResourceName?) async throws(ControlFailure) -> [Session]
  func session(_ id: SessionID) async throws(ControlFailure) -> Session
  /// Those of them that are there and not purged, in no order: what a change named, at the cost of what changed.
  func sessions(_ ids: Set<SessionID>) async throws(ControlFailure) -> [Session]

  /// What agents have spent since a time, to the quarter of an hour; imported history is not in it, purged sessions are.
  func usage(since: Timestamp) async throws(ControlFailure) -> Usage

  /// Up to `limit` events before (or after) a number, always in ascending order.
  func events(
    of session: SessionID, _ window: EventWindow, limit: Int
  ) async throws(ControlFailure) -> [Event]

  /// The nearest event in a direction that a jump looks for. A text is found in any case of letters, from the start of
  /// a word on, in the first 32,768 characters of an event.
  func nextEvent(
    of session: SessionID, from seq: Int64, direction: SearchDirection, matching: EventMatch
  ) async throws(ControlFailure) -> Int64?

  /// Full-text search, best and newest first.
  func search(_ query: SearchQuery) async throws(ControlFailure) -> [SearchHit]

  /// Approvals that no decision has answered yet, oldest first.
  func pendingApprovals(of session: SessionID) async throws(ControlFailure) -> [Event]
}

package struct Usage: Sendable, Hashable {
  package var cost: USD
  /// Of all kinds together.
  package var tokens: TokenCount

  package init(cost: USD = .zero, tokens: TokenCount = .zero) {
    self.cost = cost
    self.tokens = tokens
  }
}

package enum EventWindow: Sendable, Hashable {
  /// `seq > n`, the first `limit`.
  case after(Int64)
  /// `seq < n`, the last `limit`.
  case before(Int64)
  /// The last `limit`.
  case last
}

package enum SearchDirection: Sendable, Hashable {
  case forward, backward
}

package enum EventMatch: Sendable, Hashable {
  case userTurn
  case toolError
  case text(String)
}

package struct SearchQuery: Sendable, Hashable {
  /// Words as people type them: quotes for phrases, `-` for exclusion, `or` (Postgres' `websearch_to_tsquery`).
  package var text: String
  package var team: ResourceName?
  package var session: SessionID?
  package var limit: Int
  /// Hits older than this one, for the next page.
  package var before: SearchHit?

  package init(
    text: String, team: ResourceName? = nil, session: SessionID? = nil, limit: Int = 50, before: SearchHit? = nil
  ) {
    self.text = text
    self.team = team
    self.session = session
    self.limit = limit
    self.before = before
  }
}

package struct SearchHit: Sendable, Hashable {
  package var session: SessionID
  package var team: ResourceName
  package var title: String
  @EventNumber package var seq: Int64
  package var time: Timestamp
  package var kind: EventKind
  /// The words around the hit.
  package var excerpt: String

  package init(
    session: SessionID, team: ResourceName, title: String, seq: Int64, time: Timestamp, kind: EventKind,
    excerpt: String
  ) {
    self.session = session
    self.team = team
    self.title = title
    self.seq = seq
    self.time = time
    self.kind = kind
    self.excerpt = excerpt
  }
}

/// Intents: the only way that operators change a session.
package protocol OperationStore: Sendable {
  /// Records a new session and its `session.start` operation together.
  func startSession(_ request: StartRequest) async throws(ControlFailure) -> Session

  /// Records what an operator asks for. Refused at once, and recorded as refused, when the session has moved on from
  /// the generation that the operator saw or its state does not allow it.
  func submit(_ operation: Operation) async throws(ControlFailure)

  func operation(_ id: OperationID) async throws(ControlFailure) -> Operation
  /// Newest first.
  func operations(of session: SessionID?, team: ResourceName?, limit: Int) async throws(ControlFailure) -> [Operation]
}

package struct StartRequest: Sendable, Hashable {
  package var id: SessionID
  package var operation: OperationID
  package var team: ResourceName
  package var agent: ResourceName
  package var title: String
  package var message: String?
  package var actor: String
  package var reason: String?

  package init(
    id: SessionID, operation: OperationID, team: ResourceName, agent: ResourceName, title: String, message: String?,
    actor: String, reason: String? = nil
  ) {
    self.id = id
    self.operation = operation
    self.team = team
    self.agent = agent
    self.title = title
    self.message = message
    self.actor = actor
    self.reason = reason
  }
}

/// What only the core reads and writes.
package protocol ControlStore: CoreShareStore, ConnectionGuard {
  /// Takes the core's lease or says who has it; held until `release` or until the connection ends.
  func acquireLease(holder: String) async throws(ControlFailure) -> Bool
  func releaseLease() async
  /// The holder's own words (`host/pid`), or how many cores there are; `nil` when none is alive.
  func leaseHolder() async throws(ControlFailure) -> String?

  /// Every session that is not finished for good, with what the projection of its events needs.
  func managedSessions() async throws(ControlFailure) -> [ManagedSession]
  func managedSession(_ id: SessionID) async throws(ControlFailure) -> ManagedSession?

  /// Oldest first.
  func pendingOperations() async throws(ControlFailure) -> [Operation]
  func complete(_ operation: OperationID, _ outcome: Operation.Outcome) async throws(ControlFailure)

  /// Changes intent; `generation` goes up by one when `newGeneration` is set. Refused with `conflict` when the session
  /// is no longer at `expectedGeneration`.
  func setDesired(
    _ desired: DesiredState, of session: SessionID, expectedGeneration: Int, newGeneration: Bool
  ) async throws(ControlFailure)

  func setState(
    _ state: SessionState, reason: String, of session: SessionID
  ) async throws(ControlFailure)

  /// Appends events of any number of sessions and moves their totals, all or nothing. A batch that does not start at
  /// the session's next number is a `conflict`: nothing of it is written, read `managedSession` and stream again.
  func record(_ batches: [RecordedBatch]) async throws(ControlFailure)

  /// Removes the history and marks the session purged.
  func purge(_ session: SessionID) async throws(ControlFailure)

  /// Makes recorded events findable; returns how many it took. Call again while it returns `limit`.
  func indexEvents(limit: Int) async throws(ControlFailure) -> Int

  /// Chains what was asked and done into the audit, behind those who wrote it; returns how many entries it took. Call
  /// again while it returns `limit`.
  func linkAudit(limit: Int) async throws(ControlFailure) -> Int

  /// Wakes when operations, intents or sessions may have changed.
  func wakeUps() -> AsyncStream<StoreChange>
}

/// What a coalesced notification says; receivers read the rest.
package enum StoreChange: Sendable, Hashable {
  /// Operations or agents; the core has work.
  case intents
  /// Events or states of these sessions, committed: whoever reads them by their ids misses nothing. Empty means: any.
  case sessions(Set<SessionID>)
  /// The connection was lost and is back: anything may have changed.
  case everything
  /// The store does not answer; `everything` follows when it does again.
  case lost
}

/// A session as the core sees it.
package struct ManagedSession: Sendable, Hashable {
  package var session: Session
  package var agent: Agent
  package var projection: SessionProjection

  package init(session: Session, agent: Agent, projection: SessionProjection) {
    self.session = session
    self.agent = agent
    self.projection = projection
  }
}

/// Events of one session in order, and what they make of it.
package struct RecordedBatch: Sendable, Hashable {
  package var session: SessionID
  package var events: [Event]
  /// After the last of `events`.
  package var projection: SessionProjection

  package init(session: SessionID, events: [Event], projection: SessionProjection) {
    self.session = session
    self.events = events
    self.projection = projection
  }
}
