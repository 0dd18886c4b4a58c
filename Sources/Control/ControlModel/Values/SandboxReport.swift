/// What an engine knows of a session's sandbox, for those who look into it: where it is, how it is, what was seen
/// happening to it. All text but the names is of the cluster or the machine, and is to be sanitised where it is shown.
package struct SandboxReport: Sendable, Hashable {
  /// `kubernetes` or `local`.
  package var engine: String
  /// The context of the kubeconfig that the core uses, or the host.
  package var context = ""
  /// The URL of the API server, by which an operator's own context of another name is found again.
  package var server = ""
  package var namespace = ""
  package var sandbox: String
  @Generation package var generation: Int
  /// Empty while there is none, and where sandboxes are no pods.
  package var pod = ""
  /// Of the pod, the one with the agent.
  package var container = ""
  package var node = ""
  package var image = ""
  /// The claim's name, or a folder of the host.
  package var volume = ""
  /// Of the runner on this machine; 0 where there is none.
  package var process: Int64 = 0
  /// When that process began, as the kernel tells it: its number may mean another one later. 0 where it is not told.
  package var processStart: Int64 = 0
  /// The file with the runner's own words; empty where a pod's log has them.
  package var log = ""
  package var conditions: [Sandbox.Condition] = []
  /// Newest first.
  package var events: [ClusterEvent] = []

  /// What is stored of it: a cluster's components write few conditions and short sentences, but nobody holds them to it.
  package static let mostConditions = 32
  package static let mostEvents = 50
  /// Bytes.
  package static let longestText = 4_096

  package init(engine: String, sandbox: String, generation: Int) {
    self.engine = engine
    self.sandbox = sandbox
    self.generation = generation
  }
}

/// Something that a component of the cluster saw happen to a sandbox or its pod.
package struct ClusterEvent: Sendable, Hashable {
  /// When it was last seen.
  package var time: Timestamp
  package var isWarning: Bool
  package var reason: String
  package var message: String
  /// `Pod/fixer-1`.
  package var object: String
  package var count: Count

  package init(time: Timestamp, isWarning: Bool, reason: String, message: String, object: String, count: Count = 1) {
    self.time = time
    self.isWarning = isWarning
    self.reason = reason
    self.message = message
    self.object = object
    self.count = count
  }
}

/// A report as it was stored.
package struct StoredSandboxReport: Sendable, Hashable {
  package var report: SandboxReport
  package var writtenAt: Timestamp

  package init(report: SandboxReport, writtenAt: Timestamp) {
    self.report = report
    self.writtenAt = writtenAt
  }
}

/// How a core's engine is.
package struct EngineStatus: Sendable, Hashable {
  package var engine: String
  package var context: String
  package var server: String
  /// Why it does not answer; `nil` while it does.
  package var trouble: String?
  /// Since when it has been so.
  package var since: Timestamp
  /// Of the volumes that the stack's data lie on; `nil` while there is room, and where they are not the engine's.
  package var disk: DiskStatus?

  package init(
    engine: String, context: String = "", server: String = "", trouble: String? = nil, since: Timestamp,
    disk: DiskStatus? = nil
  ) {
    self.engine = engine
    self.context = context
    self.server = server
    self.trouble = trouble
    self.since = since
    self.disk = disk
  }
}
