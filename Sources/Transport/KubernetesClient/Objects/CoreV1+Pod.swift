package import ControlModel

extension CoreV1 {
  package struct Pod: KubernetesResource {
    package static let type = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
    package var json: JSONObject
    package init(json: JSONObject) { self.json = json }

    /// `Pending`, `Running`, `Succeeded`, `Failed`, `Unknown`.
    package var phase: String? { status?["phase"]?.stringValue }
    /// One word for the whole pod: `Evicted`, `NodeLost`, …
    package var reason: String? { status?["reason"]?.stringValue }
    package var message: String? { status?["message"]?.stringValue }
    package var nodeName: String? { spec?["nodeName"]?.stringValue }
    package var hostIP: String? { status?["hostIP"]?.stringValue }
    package var podIP: String? { status?["podIP"]?.stringValue }
    package var startTime: Timestamp? { status?["startTime"]?.timestampValue }
    package var isReady: Bool { condition("Ready")?.state == .yes }

    package var containerNames: [String] {
      spec?["containers"].list { $0["name"]?.stringValue ?? "" } ?? []
    }
    package var initContainerStatuses: [ContainerStatus] {
      status?["initContainerStatuses"].list(ContainerStatus.init) ?? []
    }
    package var containerStatuses: [ContainerStatus] { status?["containerStatuses"].list(ContainerStatus.init) ?? [] }
  }

  package struct ContainerStatus: Sendable, Hashable {
    package var name: String
    package var image: String
    package var isReady: Bool
    package var restartCount: Int64
    package var state: ContainerState
    /// How it ended before its last restart.
    package var lastState: ContainerState

    init(_ json: JSONValue) {
      name = json["name"]?.stringValue ?? ""
      image = json["image"]?.stringValue ?? ""
      isReady = json["ready"]?.boolValue ?? false
      restartCount = json["restartCount"]?.integerValue ?? 0
      state = ContainerState(json["state"])
      lastState = ContainerState(json["lastState"])
    }
  }

  package enum ContainerState: Sendable, Hashable {
    /// `reason` is kubelet's word: `ImagePullBackOff`, `CrashLoopBackOff`, `ContainerCreating`, …
    case waiting(reason: String, message: String)
    case running(since: Timestamp?)
    case terminated(Termination)
    /// Nothing is told.
    case unknown

    init(_ json: JSONValue?) {
      if let running = json?["running"], !running.isNull {
        self = .running(since: running["startedAt"]?.timestampValue)
      } else if let terminated = json?["terminated"], !terminated.isNull {
        self = .terminated(Termination(terminated))
      } else if let waiting = json?["waiting"], !waiting.isNull {
        self = .waiting(reason: waiting["reason"]?.stringValue ?? "", message: waiting["message"]?.stringValue ?? "")
      } else {
        self = .unknown
      }
    }
  }

  package struct Termination: Sendable, Hashable {
    package var exitCode: Int64
    package var signal: Int64?
    /// `Completed`, `Error`, `OOMKilled`, `ContainerCannotRun`, …
    package var reason: String
    package var message: String
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?

    init(_ json: JSONValue) {
      exitCode = json["exitCode"]?.integerValue ?? 0
      signal = json["signal"]?.integerValue
      reason = json["reason"]?.stringValue ?? ""
      message = json["message"]?.stringValue ?? ""
      startedAt = json["startedAt"]?.timestampValue
      finishedAt = json["finishedAt"]?.timestampValue
    }
  }
}
