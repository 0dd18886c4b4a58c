import ControlModel
import Yams

extension ConfigurationNode {
  /// The value as it is handed on to plugins; numbers and flags stay what YAML says they are.
  var json: JSONValue { Self.json(rawNode) }

  private static func json(_ node: Node) -> JSONValue {
    switch node {
    case .mapping(let mapping):
      .object(JSONObject(members: mapping.map { .init(name: $0.key.scalar?.string ?? "", value: json($0.value)) }))
    case .sequence(let sequence): .array(sequence.map { json($0) })
    case .scalar(let scalar):
      if node.null != nil {
        .null
      } else if let flag = node.bool {
        .bool(flag)
      } else if let number = node.int {
        .number(String(number))
      } else if let number = node.float, number.isFinite {
        .number("\(number)")
      } else {
        .string(scalar.string)
      }
    case .alias: .null
    }
  }
}
