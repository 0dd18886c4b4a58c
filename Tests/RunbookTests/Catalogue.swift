import AgentRuntimes
import ConsoleUI
import ControlModel
import Foundation
import HTTPTransport
import KubernetesClient
import KubernetesSandboxEngine
import LocalSandboxEngine
import SessionHistory
import SessionWorkspace

/// Every word under which a screen asks for somebody, from the code that says it.
enum Catalogue {
  static let all: Set<String> = Set(
    words.flatMap(\.words) + states + conditions + Distrust.allCases.map(\.rawValue)
      + connection.compactMap { heading(of: $0) } + reasonsOfPods)

  struct Words {
    var name: String
    var cases: [(name: String, word: String)]
    var words: [String] { cases.map(\.word) }
  }

  static let words: [Words] = [
    of(HeaderAlarm.self), of(StackWords.self), of(SessionReason.self), of(RuntimeEnd.self), of(WorkspaceEnd.self),
    of(JailFault.self), of(ClusterFault.self), of(ClusterRefusal.self), of(DatabaseFault.self),
  ]

  private static func of<Kind: ScreenWords>(_ kind: Kind.Type) -> Words {
    Words(name: "\(kind)", cases: kind.allCases.map { ("\($0)", $0.rawValue) })
  }

  /// Those that the header counts in red.
  static let states = SessionState.allCases.filter { state in
    switch state.headcount {
    case .needsYou?, .failed?, .unknown?: true
    case .working?, .idle?, nil: false
    }
  }.map(\.rawValue)

  /// A cluster's own words for what does not pass by itself.
  static let conditions = Sandbox.Condition.blocking.union([Sandbox.Condition.overQuota])

  /// What is said of a pod in one word: whatever stands as such in the files that read one.
  static let reasonsOfPods: [String] = ["PodAccount", "SandboxReading"].flatMap { file in
    let path = "\(Runbook.root)/Sources/Sandboxes/KubernetesSandboxEngine/Reading/\(file).swift"
    guard let source = try? String(contentsOfFile: path, encoding: .utf8) else { preconditionFailure("no \(path)") }
    return source.matches(of: /"([A-Z][A-Za-z]+)"/).map { String($0.1) }.filter { !otherWords.contains($0) }
  }

  /// Of those, what is none: conditions' names and their reasons that are told in other words, what passes by itself.
  private static let otherWords: Set<String> = [
    "Adopted", "ContainerCreating", "DeletionByTaintManager", "DisruptionTarget", "Finished", "PodInitializing",
    "PodScheduled", "PreemptionByScheduler", "Ready", "Suspended", "Unknown", "WarmStart",
  ]

  /// One of each failure of a connection; a new one has to be given its heading below.
  static let connection: [HTTPTransportError] = [
    .invalidRequest("no"), .unreachable(endpoint: "a:1", reason: "no"), .timedOut(endpoint: "a:1", .connect),
    .timedOut(endpoint: "a:1", .total), .timedOut(endpoint: "a:1", .idle), .untrusted(endpoint: "a:1", reason: "no"),
    .closedEarly(endpoint: "a:1"), .protocolError(endpoint: "a:1", reason: "no"),
    .bodyTooLarge(endpoint: "a:1", limit: 3), .cancelled, .closed,
  ]

  static func heading(of error: HTTPTransportError) -> String? {
    switch error {
    case .unreachable: "… cannot be reached: …."
    case .timedOut(_, .connect): "… did not take the connection in time."
    case .timedOut(_, .total): "… did not answer in time."
    case .timedOut(_, .idle): "… fell silent."
    case .untrusted: "There is no trusted connection to …: …"
    case .closedEarly: "… closed the connection before its answer was complete."
    case .protocolError: "… broke the protocol: …."
    case .bodyTooLarge: "The answer of … is larger than … bytes."
    // This side's own doing: no screen shows it as the cluster's.
    case .invalidRequest, .cancelled, .closed: nil
    }
  }

  /// One of each failure of an API server.
  static func heading(of error: KubernetesError) -> String? {
    switch error {
    case .credentials: ClusterRefusal.noCredentials.rawValue
    case .unreadable: ClusterRefusal.garbled.rawValue
    case .streamEndsAtOnce: ClusterRefusal.endsWatches.rawValue
    case .transport(let error): heading(of: error)
    // `ClusterRefusal`, by the status.
    case .refused: nil
    // Begins with the file, and stands in the runbook before the others.
    case .configuration: nil
    }
  }
}
