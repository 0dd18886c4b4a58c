/// Where a session runs now, in the terms of `agents.x-k8s.io/v1beta1` `Sandbox`; other engines speak them too.
package struct Sandbox: Sendable, Hashable {
  package enum OperatingMode: String, Sendable, Hashable {
    case running = "Running"
    /// The processes are gone, the volume stays.
    case suspended = "Suspended"
  }

  package struct Condition: Sendable, Hashable {
    /// `Ready`, `Suspended`, `Finished`, `PodScheduled`; only `Ready` is authoritative.
    package var type: String

    /// Its processes are there and rest until a reason is gone, which is not theirs.
    package static let frozen = "Frozen"
    package var isTrue: Bool
    package var reason: String
    package var message: String
    package var since: Timestamp

    package init(type: String, isTrue: Bool, reason: String, message: String, since: Timestamp) {
      self.type = type
      self.isTrue = isTrue
      self.reason = reason
      self.message = message
      self.since = since
    }
  }

  package var reference: SandboxReference
  /// `nil` for a sandbox that somebody else made.
  package var session: SessionID?
  /// `0` for a foreign one.
  @Generation package var generation: Int
  package var operatingMode: OperatingMode
  package var conditions: [Condition]
  /// The node or host it runs on.
  package var node: String
  package var createdAt: Timestamp

  package init(
    reference: SandboxReference, session: SessionID?, generation: Int, operatingMode: OperatingMode,
    conditions: [Condition], node: String, createdAt: Timestamp
  ) {
    self.reference = reference
    self.session = session
    self.generation = generation
    self.operatingMode = operatingMode
    self.conditions = conditions
    self.node = node
    self.createdAt = createdAt
  }

  package var isForeign: Bool { session == nil }

  package func condition(_ type: String) -> Condition? { conditions.first { $0.type == type } }

  /// The processes are there. Not yet usable: the runner must have answered.
  package var isReady: Bool { condition("Ready")?.isTrue ?? false }

  /// Its processes have ended and will not come back by themselves.
  package var isFinished: Bool { condition("Finished")?.isTrue ?? false }
}

/// Names one sandbox beyond doubt: an action on a reference that has become stale is refused.
package struct SandboxReference: Sendable, Hashable {
  package var team: ResourceName
  package var name: String
  /// Never given twice, not even to a sandbox of the same name.
  package var uid: String
  /// The version that was looked at; `nil` where any version of this uid will do.
  package var resourceVersion: String?

  package init(team: ResourceName, name: String, uid: String, resourceVersion: String? = nil) {
    self.team = team
    self.name = name
    self.uid = uid
    self.resourceVersion = resourceVersion
  }
}
