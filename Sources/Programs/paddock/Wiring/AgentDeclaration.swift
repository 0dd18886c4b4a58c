import ControlModel
import Yams

/// One `kind: Agent` document of a declaration file.
struct AgentDeclaration: Sendable {
  var team: ResourceName
  var name: ResourceName
  var spec: AgentSpec

  static func read(file: String) throws(ControlFailure) -> [AgentDeclaration] {
    let text = try TextFile.read(file)
    let documents: [Node]
    do {
      documents = Array(try Yams.compose_all(yaml: text))
    } catch {
      throw ControlFailure(.invalidArgument, "\(file) is not valid YAML: \(error)")
    }
    guard !documents.isEmpty else { throw ControlFailure(.invalidArgument, "\(file) declares nothing.") }
    var declarations: [AgentDeclaration] = []
    for (index, document) in documents.enumerated() {
      do throws(ControlFailure) {
        declarations.append(try AgentDeclaration(JSONValue(yaml: document)))
      } catch {
        let place = documents.count > 1 ? "\(file), document \(index + 1)" : file
        throw ControlFailure(error.code, "\(place): \(error.summary)", hint: error.hint)
      }
    }
    return declarations
  }

  private init(_ json: JSONValue) throws(ControlFailure) {
    guard json["apiVersion"]?.stringValue == "paddock.dev/v1" else {
      throw ControlFailure(.invalidArgument, "'apiVersion' must be 'paddock.dev/v1'.")
    }
    guard json["kind"]?.stringValue == "Agent" else {
      throw ControlFailure(.invalidArgument, "'kind' must be 'Agent'.")
    }
    guard let team = json["metadata"]?["team"]?.stringValue, let name = json["metadata"]?["name"]?.stringValue else {
      throw ControlFailure(.invalidArgument, "'metadata.team' and 'metadata.name' must both be given.")
    }
    self.team = try ResourceName(team, of: "team name")
    self.name = try ResourceName(name, of: "agent name")
    guard let spec = json["spec"]?.objectValue else { throw ControlFailure(.invalidArgument, "'spec' is missing.") }
    self.spec = try AgentSpec(json: spec)
  }
}

extension JSONValue {
  /// Numbers and flags stay what YAML's core schema says they are; every other scalar is a text.
  init(yaml node: Node) {
    switch node {
    case .scalar(let scalar): self = Self.scalar(scalar.string, tag: node.tag.description)
    case .sequence(let sequence): self = .array(sequence.map(JSONValue.init(yaml:)))
    case .mapping(let mapping):
      self = .object(
        JSONObject(members: mapping.map { .init(name: $0.key.string ?? "", value: JSONValue(yaml: $0.value)) }))
    case .alias: self = .null
    }
  }

  private static func scalar(_ text: String, tag: String) -> JSONValue {
    switch tag {
    case "tag:yaml.org,2002:null": .null
    case "tag:yaml.org,2002:bool": .bool(["true", "yes", "on", "y"].contains(text.lowercased()))
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float": (try? JSONValue(parsing: text)) ?? .string(text)
    default: .string(text)
    }
  }
}
