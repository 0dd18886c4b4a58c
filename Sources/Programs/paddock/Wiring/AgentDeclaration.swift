import ControlModel
import Yams

/// One `kind: Agent` document of a declaration file.
struct AgentDeclaration: Sendable {
  var team: ResourceName
  var name: ResourceName
  var spec: AgentSpec

  /// Bytes of a file: more than anybody writes by hand.
  private static let maximumLength = 1 << 20

  static func read(file: String) throws(ControlFailure) -> [AgentDeclaration] {
    let text = try TextFile.read(file, atMost: maximumLength)
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
        var reader = DeclarationReader()
        declarations.append(try AgentDeclaration(reader.value(of: document)))
      } catch {
        let place = documents.count > 1 ? "\(file), document \(index + 1)" : file
        throw ControlFailure(error.code, "\(place): \(error.summary)", hint: error.hint)
      }
    }
    return declarations
  }

  private init(_ document: DeclaredValue) throws(ControlFailure) {
    guard document["apiVersion"]?.text == "paddock.dev/v1" else {
      throw ControlFailure(.invalidArgument, "'apiVersion' must be 'paddock.dev/v1'.")
    }
    guard document["kind"]?.text == "Agent" else {
      throw ControlFailure(.invalidArgument, "'kind' must be 'Agent'.")
    }
    guard let team = document["metadata"]?["team"]?.text, let name = document["metadata"]?["name"]?.text else {
      throw ControlFailure(.invalidArgument, "'metadata.team' and 'metadata.name' must both be given.")
    }
    self.team = try ResourceName(team, of: "team name")
    self.name = try ResourceName(name, of: "agent name")
    guard let spec = document["spec"] else { throw ControlFailure(.invalidArgument, "'spec' is missing.") }
    self.spec = try AgentSpec(declared: spec)
  }
}

/// Yams' nodes as declared values. An alias counts as all that it stands for, so that a small file stays small.
private struct DeclarationReader {
  private static let maximumDepth = 100
  private var valuesLeft = 100_000

  mutating func value(of node: Node, depth: Int = 0) throws(ControlFailure) -> DeclaredValue {
    valuesLeft -= 1
    guard valuesLeft >= 0, depth <= Self.maximumDepth else {
      throw ControlFailure(
        .invalidArgument, "It has too many values or levels.",
        hint: "An alias counts as all that it stands for; 100,000 values and \(Self.maximumDepth) levels are read.")
    }
    let line = node.mark?.line
    switch node {
    case .scalar(let scalar):
      let value = Self.scalar(scalar.string, tag: node.tag.description)
      return DeclaredValue(.scalar(text: scalar.string, value: value), line: line)
    case .sequence(let sequence):
      var values: [DeclaredValue] = []
      for element in sequence { values.append(try value(of: element, depth: depth + 1)) }
      return DeclaredValue(.list(values), line: line)
    case .mapping(let mapping):
      var members: [DeclaredValue.Member] = []
      for (key, element) in mapping {
        members.append(.init(name: key.string ?? "", value: try value(of: element, depth: depth + 1)))
      }
      return DeclaredValue(.map(members), line: line)
    case .alias: return DeclaredValue(.null)
    }
  }

  /// `NO`, `on` and `True` are texts: by the core schema of YAML 1.2, less what does not read back as it stands.
  private static func scalar(_ text: String, tag: String) -> JSONValue {
    switch tag {
    case "tag:yaml.org,2002:null": .null
    case "tag:yaml.org,2002:bool" where text == "true" || text == "false": .bool(text == "true")
    case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float": (try? JSONValue(parsing: text)) ?? .string(text)
    default: .string(text)
    }
  }
}
