/// A sandbox that is no session of this installation, as its engine sees it.
package struct ForeignSandbox: Sendable, Hashable {
  /// The object's own uid: one that is made anew under the same name is another one.
  package var id: SessionID
  /// By the name of its namespace; there need not be such a team.
  package var team: ResourceName?
  package var mark: ForeignMark
  /// What its labels say; one that is known here makes it no foreign sandbox.
  package var labelledSession: SessionID?
  package var operatingMode: Sandbox.OperatingMode
  /// It is going, and cannot be kept.
  package var isDeleting = false
  package var conditions: [Sandbox.Condition]
  package var createdAt: Timestamp
  package var pod: ForeignPod?

  package init(
    id: SessionID, team: ResourceName?, mark: ForeignMark, labelledSession: SessionID? = nil,
    operatingMode: Sandbox.OperatingMode, conditions: [Sandbox.Condition], createdAt: Timestamp,
    pod: ForeignPod? = nil
  ) {
    self.id = id
    self.team = team
    self.mark = mark
    self.labelledSession = labelledSession
    self.operatingMode = operatingMode
    self.conditions = conditions
    self.createdAt = createdAt
    self.pod = pod
  }

  package func condition(_ type: String) -> Sandbox.Condition? { conditions.first { $0.type == type } }
}

/// What marks a session as a foreign sandbox, and what operators must know of it before they act on it.
package struct ForeignMark: Sendable, Hashable {
  package var namespace: String
  package var name: String
  /// As the session's generation counts it: an action on a generation is an action on this version, or refused.
  package var resourceVersion: String
  /// The templates of the volumes that were made with it, and go with it.
  package var volumes: [String]
  /// The object that keeps it, and may make it again: `SandboxClaim/fixer`. Empty where there is none.
  package var keeper: String

  package init(namespace: String, name: String, resourceVersion: String, volumes: [String] = [], keeper: String = "") {
    self.namespace = namespace
    self.name = name
    self.resourceVersion = resourceVersion
    self.volumes = volumes
    self.keeper = keeper
  }

  package var json: JSONObject {
    [
      "namespace": .string(namespace), "name": .string(name), "resourceVersion": .string(resourceVersion),
      "volumes": .array(volumes.map(JSONValue.string)), "keeper": .string(keeper),
    ]
  }

  package init(json: JSONObject) {
    func text(_ name: String) -> String { json[name]?.stringValue ?? "" }
    self.init(
      namespace: text("namespace"), name: text("name"), resourceVersion: text("resourceVersion"),
      volumes: json["volumes"]?.arrayValue?.compactMap(\.stringValue) ?? [], keeper: text("keeper"))
  }
}

/// The pod of a foreign sandbox, and of its containers the one whose log is its transcript.
package struct ForeignPod: Sendable, Hashable {
  package var name: String
  package var uid: String
  package var createdAt: Timestamp
  package var isDeleting: Bool
  /// It ended, and not well.
  package var hasFailed: Bool
  package var container: String
  /// Of the container, since the pod is there.
  @EventNumber package var restarts: Int64
  package var hasStarted: Bool
  package var hasEnded: Bool
  /// Empty before it is on one.
  package var node: String

  package init(
    name: String, uid: String, createdAt: Timestamp, isDeleting: Bool = false, hasFailed: Bool = false,
    container: String, restarts: Int64 = 0, hasStarted: Bool = true, hasEnded: Bool = false,
    node: String = ""
  ) {
    self.name = name
    self.uid = uid
    self.createdAt = createdAt
    self.isDeleting = isDeleting
    self.hasFailed = hasFailed
    self.container = container
    self.restarts = restarts
    self.hasStarted = hasStarted
    self.hasEnded = hasEnded
    self.node = node
  }

  package var log: LogSource { LogSource(podUID: uid, container: container, restarts: restarts) }
}

/// One log: what one run of one container wrote.
package struct LogSource: Sendable, Hashable {
  package var podUID: String
  package var container: String
  @EventNumber package var restarts: Int64

  package init(podUID: String, container: String, restarts: Int64) {
    self.podUID = podUID
    self.container = container
    self.restarts = restarts
  }
}

extension ResourceName {
  /// The team of what is in no team's namespace: nobody is its member, so that only admins see it.
  package static let unownedText = "no-team"
}
