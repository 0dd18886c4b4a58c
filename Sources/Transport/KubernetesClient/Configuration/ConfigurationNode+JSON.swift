import BoundedYAML
import ControlModel

extension ConfigurationNode {
  /// The value as it is handed on to plugins; numbers and flags stay what YAML says they are.
  var json: JSONValue { Self.json(node) }

  private static func json(_ node: YAMLNode) -> JSONValue {
    switch node.content {
    case .map(let members):
      .object(JSONObject(members: members.map { .init(name: $0.name, value: json($0.value)) }))
    case .list(let nodes): .array(nodes.map { json($0) })
    case .scalar(let text, _):
      switch node.meaning ?? .text {
      case .null: .null
      case .flag(let flag): .bool(flag)
      case .integer(let digits), .number(let digits): .number(digits)
      case .text: .string(text)
      }
    }
  }
}
