package import ControlModel
import Foundation

/// What a cluster's API server noted of service accounts, and of who asks for its version without credentials.
package struct ServerAudit: Sendable {
  package struct Request: Sendable, Hashable {
    package var user: String
    package var verb: String
    /// `pods/proxy`, `sandboxes.agents.x-k8s.io`; the path of what is no resource.
    package var resource: String
    package var namespace: String
    package var name: String
    package var received: Timestamp
  }

  /// In the order in which they came in.
  package let requests: [Request]

  package init(of cluster: some TestCluster) throws {
    let text = try String(contentsOfFile: cluster.directory + "/audit.log", encoding: .utf8)
    var seen: Set<String> = []
    // The last line may be half written; of a stream there is a line for its beginning and one for its end.
    requests = text.split(separator: "\n").compactMap { line in
      guard let json = try? JSONValue(parsing: String(line)), let request = Request(json),
        let id = json["auditID"]?.stringValue, seen.insert(id).inserted
      else { return nil }
      return request
    }.sorted { $0.received < $1.received }
  }
}

extension ServerAudit.Request {
  fileprivate init?(_ json: JSONValue) {
    guard let user = json["user"]?["username"]?.stringValue, let verb = json["verb"]?.stringValue,
      let received = json["requestReceivedTimestamp"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    (self.user, self.verb, self.received) = (user, verb, received)
    let object = json["objectRef"]
    namespace = object?["namespace"]?.stringValue ?? ""
    name = object?["name"]?.stringValue ?? ""
    guard let kind = object?["resource"]?.stringValue else {
      resource = json["requestURI"]?.stringValue ?? ""
      return
    }
    let part = object?["subresource"]?.stringValue.map { "/\($0)" } ?? ""
    let group = object?["apiGroup"]?.stringValue.map { ".\($0)" } ?? ""
    resource = kind + part + group
  }
}
