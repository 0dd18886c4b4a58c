import ControlModel

/// Which engine, and how it reaches its cluster; what is `nil` has not been said.
struct EngineChoice: Sendable, Hashable {
  var engine: EngineName?
  var context: String?
  var kubeconfig: String?
  var runnerImage: String?
  var agentImage: String?
  var namespacePrefix: String?
  var storageClass: String?
  var runnerChannel: String?

  private struct Member {
    var name: String
    var variable: String
    var path: WritableKeyPath<EngineChoice, String?>
  }

  private static var members: [Member] {
    [
      Member(name: "context", variable: "PADDOCK_CONTEXT", path: \.context),
      Member(name: "kubeconfig", variable: "PADDOCK_KUBECONFIG", path: \.kubeconfig),
      Member(name: "runnerImage", variable: "PADDOCK_RUNNER_IMAGE", path: \.runnerImage),
      Member(name: "agentImage", variable: "PADDOCK_AGENT_IMAGE", path: \.agentImage),
      Member(name: "namespacePrefix", variable: "PADDOCK_NAMESPACE_PREFIX", path: \.namespacePrefix),
      Member(name: "storageClass", variable: "PADDOCK_STORAGE_CLASS", path: \.storageClass),
      Member(name: "runnerChannel", variable: "PADDOCK_RUNNER_CHANNEL", path: \.runnerChannel),
    ]
  }

  func filled(from other: EngineChoice) -> EngineChoice {
    var choice = self
    choice.engine = engine ?? other.engine
    for member in Self.members {
      choice[keyPath: member.path] = self[keyPath: member.path] ?? other[keyPath: member.path]
    }
    return choice
  }
}

extension EngineChoice {
  static func environment() throws(ControlFailure) -> EngineChoice {
    var choice = EngineChoice()
    if let name = Installation.variable("PADDOCK_ENGINE") { choice.engine = try engine(name, in: "PADDOCK_ENGINE") }
    for member in members { choice[keyPath: member.path] = Installation.variable(member.variable) }
    choice.kubeconfig = choice.kubeconfig.map(Installation.absolute)
    return choice
  }

  init(json: JSONValue, file: String) throws(ControlFailure) {
    self.init()
    if let name = json["engine"]?.stringValue { engine = try Self.engine(name, in: file) }
    for member in Self.members { self[keyPath: member.path] = json[member.name]?.stringValue }
  }

  var json: JSONObject {
    var object: JSONObject = ["engine": .string((engine ?? .local).rawValue)]
    for member in Self.members { object[member.name] = self[keyPath: member.path].map(JSONValue.string) }
    return object
  }

  private static func engine(_ name: String, in place: String) throws(ControlFailure) -> EngineName {
    if let engine = EngineName(rawValue: name) { return engine }
    let names = EngineName.allCases.map(\.rawValue).joined(separator: " or ")
    throw ControlFailure(.invalidArgument, "\(place) names the engine '\(name)'; it must be \(names).")
  }
}
