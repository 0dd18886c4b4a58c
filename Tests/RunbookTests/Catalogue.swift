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
      + connection.compactMap { heading(of: $0) })

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

  /// A cluster's own words, by which those who read its objects know what is wrong: all that stand in these files as such.
  static let conditions: [String] =
    literals("Sources/Control/ControlModel/Rules/SandboxCondition+Blocking.swift")
    + ["PodAccount", "SandboxReading"].flatMap {
      literals("Sources/Sandboxes/KubernetesSandboxEngine/Reading/\($0).swift").filter { !otherWords.contains($0) }
    }

  private static func literals(_ path: String) -> [String] {
    guard let source = try? String(contentsOfFile: "\(Runbook.root)/\(path)", encoding: .utf8) else {
      preconditionFailure("no \(path)")
    }
    return source.matches(of: /"([A-Z][A-Za-z]+|exceeded quota)"/).map { String($0.1) }
  }

  /// Of those, what is none: names of conditions and phases, reasons that are told in other words, what passes by itself.
  private static let otherWords: Set<String> = [
    "Adopted", "ContainerCreating", "DeletionByTaintManager", "DisruptionTarget", "Failed", "Finished", "NodeNotReady",
    "PodInitializing", "PodScheduled", "Preempting", "PreemptionByScheduler", "Ready", "Running", "Succeeded",
    "Suspended", "Unknown", "WarmStart",
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
