/// Which agent CLI an agent runs, or ran.
package enum RuntimeName: String, Sendable, Hashable, CaseIterable {
  case claudeCode = "claude-code"
  case codex
  case opencode
  case exec
  // Known by their transcripts only.
  case gemini
  case openhands
  case sweAgent = "swe-agent"
  case other

  /// An agent can be declared with it; the others come with imported history.
  package var isDeclarable: Bool {
    switch self {
    case .claudeCode, .codex, .opencode, .exec: true
    case .gemini, .openhands, .sweAgent, .other: false
    }
  }
}

/// A tenant: owns agents, secrets and sessions.
package struct Team: Sendable, Hashable {
  package var name: ResourceName
  package var createdAt: Timestamp
  package var quota: TeamQuota
  /// Why what its engine keeps for it is not as it should be, as a core last saw it; `nil` where nothing is known.
  package var trouble: String?

  package init(name: ResourceName, createdAt: Timestamp, quota: TeamQuota = TeamQuota(), trouble: String? = nil) {
    self.name = name
    self.createdAt = createdAt
    self.quota = quota
    self.trouble = trouble
  }
}

/// A definition from which sessions are started.
package struct Agent: Sendable, Hashable {
  package var team: ResourceName
  package var name: ResourceName
  package var spec: AgentSpec
  /// Counts the times the definition was changed, from 1.
  @Generation package var revision: Int
  package var createdAt: Timestamp
  package var updatedAt: Timestamp
  /// Why the declaration that there is cannot be read; its revision is 0 then.
  package var unreadable: String?

  package init(
    team: ResourceName, name: ResourceName, spec: AgentSpec, revision: Int, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.team = team
    self.name = name
    self.spec = spec
    self.revision = revision
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// The `spec` of an agent's declaration; stored and sent as JSON with the names of the YAML form.
package struct AgentSpec: Sendable, Hashable {
  package enum Network: String, Sendable, Hashable, CaseIterable {
    case none, host
  }

  package enum Permissions: String, Sendable, Hashable, CaseIterable {
    /// The runtime asks before it uses a tool; an operator answers.
    case ask
    case bypass
  }

  package struct Workspace: Sendable, Hashable {
    /// A URL or a local path that `git clone` takes.
    package var repository: String
    package var branch: String?

    package init(repository: String, branch: String? = nil) {
      self.repository = repository
      self.branch = branch
    }
  }

  package struct Limits: Sendable, Hashable {
    package var cpu: ProcessorCount?
    package var memory: ByteSize?
    package var processes: ProcessCount?
    /// Of the workspace: all that lies on the session's volume.
    package var disk: ByteSize?
    package var budget: USD?
    /// Seconds without an event while waiting, after which the session is suspended.
    package var idleTimeout: Double?
    /// Beside what `JournalBounds.standard` says.
    package var journal: JournalBounds?

    package init(
      cpu: ProcessorCount? = nil, memory: ByteSize? = nil, processes: ProcessCount? = nil, disk: ByteSize? = nil,
      budget: USD? = nil, idleTimeout: Double? = nil, journal: JournalBounds? = nil
    ) {
      self.cpu = cpu
      self.memory = memory
      self.processes = processes
      self.disk = disk
      self.budget = budget
      self.idleTimeout = idleTimeout
      self.journal = journal
    }
  }

  /// What only a cluster understands; the local engine refuses what it cannot honour.
  package struct Pod: Sendable, Hashable {
    /// The agent's image; the engine's default where it is `nil`.
    package var image: String?
    package var runtimeClassName: String?
    package var nodeSelector: [String: String]
    /// `v1.Toleration` objects, as they are.
    package var tolerations: [JSONValue]
    /// Names of secrets in the team's namespace.
    package var imagePullSecrets: [String]
    /// The root file system is read-only unless the agent's image needs it otherwise.
    package var readOnlyRootFilesystem: Bool
    /// Of the session's volume.
    package var volumeSize: ByteSize?
    package var storageClassName: String?
    /// How many sandboxes wait for a session, so that it starts warm.
    package var warmPoolSize: Int

    package init(
      image: String? = nil, runtimeClassName: String? = nil, nodeSelector: [String: String] = [:],
      tolerations: [JSONValue] = [], imagePullSecrets: [String] = [], readOnlyRootFilesystem: Bool = true,
      volumeSize: ByteSize? = nil, storageClassName: String? = nil, warmPoolSize: Int = 0
    ) {
      self.image = image
      self.runtimeClassName = runtimeClassName
      self.nodeSelector = nodeSelector
      self.tolerations = tolerations
      self.imagePullSecrets = imagePullSecrets
      self.readOnlyRootFilesystem = readOnlyRootFilesystem
      self.volumeSize = volumeSize
      self.storageClassName = storageClassName
      self.warmPoolSize = warmPoolSize
    }
  }

  package var runtime: RuntimeName
  /// Another binary or arguments than the runtime's own; the whole command for `exec`.
  package var command: [String]
  /// What the agent is told about its task, as a system prompt where the runtime has one.
  package var prompt: String?
  package var workspace: Workspace?
  package var env: [String: String]
  package var network: Network
  package var permissions: Permissions
  package var limits: Limits
  package var pod: Pod

  package init(
    runtime: RuntimeName, command: [String] = [], prompt: String? = nil, workspace: Workspace? = nil,
    env: [String: String] = [:], network: Network = .none, permissions: Permissions = .ask, limits: Limits = Limits(),
    pod: Pod = Pod()
  ) {
    self.runtime = runtime
    self.command = command
    self.prompt = prompt
    self.workspace = workspace
    self.env = env
    self.network = network
    self.permissions = permissions
    self.limits = limits
    self.pod = pod
  }
}
