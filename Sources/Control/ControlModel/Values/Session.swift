/// What a session is doing, derived from its events and its sandbox.
package enum SessionState: String, Sendable, Hashable, CaseIterable {
  case starting
  case working
  /// The turn is over: the agent waits for its user.
  case waiting
  /// A tool call waits for an operator's decision.
  case approval
  case suspended
  case restarting
  /// In a turn, but silent for longer than it should be.
  case stalled
  /// Its processes are stopped where they are, and go on when the reason is gone.
  case paused
  /// What it does cannot be seen; the reason says since when, and why.
  case unknown
  case failed
  /// The runtime ended by itself and well, or the session was imported.
  case finished
  case killed
}

/// What an operator wants a session to be.
package enum DesiredState: String, Sendable, Hashable, CaseIterable {
  case running
  case suspended
  case killed
  /// Killed, and its workspace and history taken away.
  case purged
  /// Never run here: imported history.
  case archived
}

/// One conversation of one agent; outlives its sandboxes.
package struct Session: Sendable, Hashable {
  package var id: SessionID
  package var team: ResourceName
  package var agent: ResourceName
  package var runtime: RuntimeName
  package var title: String
  package var desired: DesiredState
  /// Counts the sandboxes that operators and failures made necessary: a restart is a new generation.
  @Generation package var generation: Int
  package var state: SessionState
  /// Why the state is what it is, one phrase; empty when the word says it all.
  package var stateReason: String
  package var stateSince: Timestamp
  /// One line: what the agent is doing now.
  package var now: String
  /// Recorded events, which is also the highest `seq`.
  @EventNumber package var events: Int64
  /// The first of them that is still there: those before it were past the team's term.
  @EventNumber package var keptFrom: Int64
  package var turns: Count
  package var tokens: TokenUsage
  package var cost: USD
  package var createdAt: Timestamp
  package var lastEventAt: Timestamp?
  /// The runtime's own id for its conversation.
  package var runtimeSessionID: String?
  /// What it is of, when it is somebody else's sandbox and no session of this installation.
  package var foreign: ForeignMark?
  /// Why its row cannot be read; then all that could not be read of it is made up. `nil` while all is well.
  package var unreadable: String?

  package init(
    id: SessionID, team: ResourceName, agent: ResourceName, runtime: RuntimeName, title: String,
    desired: DesiredState, generation: Int, state: SessionState, stateReason: String, stateSince: Timestamp,
    now: String = "", events: Int64 = 0, turns: Count = 0, tokens: TokenUsage = .zero, cost: USD = .zero,
    createdAt: Timestamp, lastEventAt: Timestamp? = nil, runtimeSessionID: String? = nil,
    foreign: ForeignMark? = nil, keptFrom: Int64 = 1
  ) {
    self.id = id
    self.team = team
    self.agent = agent
    self.runtime = runtime
    self.title = title
    self.desired = desired
    self.generation = generation
    self.state = state
    self.stateReason = stateReason
    self.stateSince = stateSince
    self.now = now
    self.events = events
    self.turns = turns
    self.tokens = tokens
    self.cost = cost
    self.createdAt = createdAt
    self.lastEventAt = lastEventAt
    self.runtimeSessionID = runtimeSessionID
    self.foreign = foreign
    self.keptFrom = keptFrom
  }

  /// What is to be said wherever its events are shown; `nil` while all of them are there.
  package var goneByTerm: String? {
    guard keptFrom > 1, events > 0 else { return nil }
    let rest =
      keptFrom > events ? "all \(events) events are" : keptFrom == 2 ? "event 1 is" : "events 1 to \(keptFrom - 1) are"
    return "\(rest) gone: past the term of team '\(team)'"
  }
}
