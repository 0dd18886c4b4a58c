/// What an operator asked for. Written first, then carried out; never removed.
package struct Operation: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case start = "session.start"
    case message = "session.message"
    case interrupt = "session.interrupt"
    case approve = "session.approve"
    case deny = "session.deny"
    case restart = "session.restart"
    case suspend = "session.suspend"
    case resume = "session.resume"
    case kill = "session.kill"
    case purge = "session.purge"
    case createTeam = "team.create"
    case changeTeam = "team.change"
    case deleteTeam = "team.delete"
    case applyAgent = "agent.apply"
    case deleteAgent = "agent.delete"
    case setSecret = "secret.set"
    case deleteSecret = "secret.delete"
    case bindSecret = "secret.bind"
    case importTranscripts = "import"
  }

  package enum Outcome: Sendable, Hashable {
    case pending
    case succeeded
    case failed(String)
  }

  package var id: OperationID
  package var kind: Kind
  package var team: ResourceName
  /// The session acted upon, if it is one.
  package var session: SessionID?
  /// The agent's or secret's name, if it is one of those.
  package var subject: String?
  /// The generation the operator saw; a session that has moved on refuses the operation.
  package var generation: Int?
  /// The message for `session.message` and `session.start`; the approval's call id for `approve` and `deny`; a team's
  /// quota.
  package var argument: String?
  /// Who: whom a client speaks for, while it is asked for; as it is recorded, the database's user, and that one behind
  /// a slash.
  package var actor: String
  package var reason: String?
  package var requestedAt: Timestamp
  package var outcome: Outcome
  package var completedAt: Timestamp?

  package init(
    id: OperationID, kind: Kind, team: ResourceName, session: SessionID? = nil, subject: String? = nil,
    generation: Int? = nil, argument: String? = nil, actor: String, reason: String? = nil, requestedAt: Timestamp,
    outcome: Outcome = .pending, completedAt: Timestamp? = nil
  ) {
    self.id = id
    self.kind = kind
    self.team = team
    self.session = session
    self.subject = subject
    self.generation = generation
    self.argument = argument
    self.actor = actor
    self.reason = reason
    self.requestedAt = requestedAt
    self.outcome = outcome
    self.completedAt = completedAt
  }
}
