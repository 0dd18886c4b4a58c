/// A value of a declaration as it stands in its file: a scalar keeps its text, since what is wanted there decides whether
/// `1.10` is a number.
package struct DeclaredValue: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// `value` is what it means where anything may stand: a number, a flag, null or a text.
    case scalar(text: String, value: JSONValue)
    case list([DeclaredValue])
    case map([Member])
  }

  package struct Member: Sendable, Hashable {
    package var name: String
    package var value: DeclaredValue

    package init(name: String, value: DeclaredValue) {
      self.name = name
      self.value = value
    }
  }

  package var content: Content
  /// From 1; `nil` where it came from no file.
  package var line: Int?

  package init(_ content: Content, line: Int? = nil) {
    self.content = content
    self.line = line
  }

  /// Of a spec that is stored or sent.
  package init(_ json: JSONValue) {
    switch json {
    case .null: self.init(.scalar(text: "null", value: json))
    case .bool(let flag): self.init(.scalar(text: flag ? "true" : "false", value: json))
    case .number(let text), .string(let text): self.init(.scalar(text: text, value: json))
    case .array(let values): self.init(.list(values.map { DeclaredValue($0) }))
    case .object(let object):
      self.init(.map(object.members.map { Member(name: $0.name, value: DeclaredValue($0.value)) }))
    }
  }

  package var json: JSONValue {
    switch content {
    case .scalar(_, let value): value
    case .list(let values): .array(values.map(\.json))
    case .map(let members): .object(JSONObject(members: members.map { .init(name: $0.name, value: $0.value.json) }))
    }
  }

  package var isNull: Bool {
    if case .scalar(_, .null) = content { true } else { false }
  }

  package var text: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  package var list: [DeclaredValue]? {
    guard case .list(let values) = content else { return nil }
    return values
  }

  package var members: [Member]? {
    guard case .map(let members) = content else { return nil }
    return members
  }

  /// The member of that name; of several the last, as in JSON.
  package subscript(_ name: String) -> DeclaredValue? { members?.last { $0.name == name }?.value }
}
