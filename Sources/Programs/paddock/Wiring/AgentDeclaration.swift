import BoundedYAML
import ControlModel

/// One `kind: Agent` document of a declaration file.
struct AgentDeclaration: Sendable {
  var team: ResourceName
  var name: ResourceName
  var spec: AgentSpec

  static func read(file: String) throws(ControlFailure) -> [AgentDeclaration] {
    let text = try TextFile.read(file, atMost: YAMLLimits().size)
    let documents: [YAMLNode]
    do { documents = try YAMLDocuments.read(text) } catch {
      throw ControlFailure(
        .invalidArgument, "\(file) \(error).",
        hint: "A file of declarations is YAML of at most \(YAMLLimits().size) bytes.")
    }
    guard !documents.isEmpty else { throw ControlFailure(.invalidArgument, "\(file) declares nothing.") }
    var declarations: [AgentDeclaration] = []
    for (index, document) in documents.enumerated() {
      do throws(ControlFailure) {
        declarations.append(try AgentDeclaration(DeclaredValue(document)))
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

extension DeclaredValue {
  fileprivate init(_ node: YAMLNode) {
    switch node.content {
    case .scalar(let text, _): self.init(.scalar(text: text, value: JSONValue(node.meaning ?? .text, of: text)))
    case .list(let nodes): self.init(.list(nodes.map { DeclaredValue($0) }))
    case .map(let members):
      self.init(.map(members.map { Member(name: $0.name, value: DeclaredValue($0.value)) }))
    }
    line = node.line
  }
}

extension JSONValue {
  /// By the core schema, less what does not read back as it stands: `True` and `0x1F` are texts.
  fileprivate init(_ meaning: YAMLMeaning, of text: String) {
    switch meaning {
    case .null: self = .null
    case .flag(let flag) where text == (flag ? "true" : "false"): self = .bool(flag)
    case .integer, .number: self = (try? JSONValue(parsing: text)) ?? .string(text)
    default: self = .string(text)
    }
  }
}
