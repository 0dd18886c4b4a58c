package import ControlModel

/// What an engine tells a runner at its start: a JSON file that only the runner's user may read.
package struct RunnerConfiguration: Sendable, Hashable {
  /// Where the runner listens.
  package enum Listener: Sendable, Hashable {
    case unixSocket(path: String)
    case tcp(host: String, port: Int)
  }

  /// Whom the agent runs as, where the runner is privileged to become another user.
  package struct User: Sendable, Hashable {
    package var id: UInt32
    package var group: UInt32

    package init(id: UInt32, group: UInt32) {
      self.id = id
      self.group = group
    }
  }

  package var session: SessionID
  @Generation package var generation: Int
  package var agent: Agent
  package var listener: Listener
  /// The bearer token that every request must carry.
  package var token: String
  /// The journal's file as the runner sees it.
  package var journal: String
  /// Put before the runtime's command: the jail that an engine wants around it, empty for none.
  package var launcher: [String]
  /// The working directory as the agent sees it.
  package var workingDirectory: String
  /// Where the runtime keeps its own state on the session's volume, as the agent sees it.
  package var stateDirectory: String
  package var environment: [String: String]
  /// The first number if the journal is empty.
  @EventNumber package var firstSeq: Int64
  package var runtimeSessionID: String?
  /// `nil`: the runner's own.
  package var user: User?
  /// Where the kernel counts whom of the agent's processes it killed for their memory; none where it cannot be told.
  package var memoryEvents: String?
  /// What the events before `firstSeq` have cost; `nil` when nobody knows.
  package var spent: USD?
  /// Who asked for this generation and why, in one phrase; the journal keeps it.
  package var reason: String?
  /// The runtime begins with a message that is on its way (`SandboxRequest.awaitsMessage`).
  package var awaitsMessage: Bool

  package init(
    session: SessionID, generation: Int, agent: Agent, listener: Listener, token: String, journal: String,
    launcher: [String] = [], workingDirectory: String, stateDirectory: String, environment: [String: String] = [:],
    firstSeq: Int64 = 1, runtimeSessionID: String? = nil, user: User? = nil, memoryEvents: String? = nil,
    spent: USD? = nil, reason: String? = nil, awaitsMessage: Bool = false
  ) {
    self.session = session
    self.generation = generation
    self.agent = agent
    self.listener = listener
    self.token = token
    self.journal = journal
    self.launcher = launcher
    self.workingDirectory = workingDirectory
    self.stateDirectory = stateDirectory
    self.environment = environment
    self.firstSeq = firstSeq
    self.runtimeSessionID = runtimeSessionID
    self.user = user
    self.memoryEvents = memoryEvents
    self.spent = spent
    self.reason = reason
    self.awaitsMessage = awaitsMessage
  }
}
