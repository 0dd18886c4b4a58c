package import ClusterSupport
package import ControlModel
import Foundation
import HTTPTransport
package import KubernetesClient

/// An administrator of a control plane whose writes are noted as they are sent: what a server stores is only what it
/// understood of them.
package struct RecordedAdministrator: Sendable {
  package let api: KubernetesAPI
  private let recording: ControlPlane.Recording

  package init(of cluster: ControlPlane) async throws {
    recording = try await cluster.record()
    api = try KubernetesAPI(APIServerConnection(baseURL: recording.address, proxy: .none))
  }

  /// What was written so far and accepted, as `StrictValidation` asks: a merge patch beside what was there before it, as
  /// far as that was written here as well.
  package func writes() throws -> [JSONValue] {
    var known: [String: JSONValue] = [:]
    return try String(contentsOfFile: recording.file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let entry = try JSONValue(parsing: String(line))
      guard let status = entry["status"]?.integerValue, status < 300 else { return nil }
      let body = try JSONValue(parsing: entry["body"]?.stringValue ?? "")
      if entry["method"]?.stringValue == "DELETE" { return body }
      let answer = try JSONValue(parsing: entry["answer"]?.stringValue ?? "").asWritten
      let before = known.updateValue(answer, forKey: answer.identity)
      guard entry["type"]?.stringValue == "application/merge-patch+json" else { return body }
      return ["patch": body, "old": before ?? answer]
    }
  }
}

extension JSONValue {
  fileprivate var identity: String {
    let metadata = self["metadata"]
    let parts = [self["kind"], metadata?["namespace"], metadata?["name"]].map { $0?.stringValue ?? "" }
    return parts.joined(separator: "/")
  }

  /// Without what the server keeps for itself.
  fileprivate var asWritten: JSONValue {
    guard var object = objectValue, var metadata = object["metadata"]?.objectValue else { return self }
    metadata["managedFields"] = nil
    object.replace("metadata", with: .object(metadata))
    object["status"] = nil
    return .object(object)
  }
}
