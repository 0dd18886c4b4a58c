package import ControlModel

extension JSONValue {
  /// RFC 3339, as `metav1.Time` and `metav1.MicroTime` are written.
  var timestampValue: Timestamp? { stringValue.flatMap { Timestamp($0) } }

  /// The members of an object that are strings.
  var stringMembers: [String: String] {
    Dictionary((objectValue?.members ?? []).compactMap { member in member.value.stringValue.map { (member.name, $0) } })
    {
      $1
    }
  }

  /// The elements of an array that are strings.
  var strings: [String] { (arrayValue ?? []).compactMap(\.stringValue) }

  /// Members in the order of their names, so that the same value is always the same text.
  package init(sorted members: [String: String]) {
    self = .object(
      JSONObject(members: members.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: .string($0.value)) }))
  }
}

extension JSONValue? {
  func list<Element>(_ read: (JSONValue) -> Element) -> [Element] {
    (self?.arrayValue ?? []).map(read)
  }
}

extension JSONObject {
  /// Keeps the member's place; a new one goes to the end.
  package mutating func replace(_ name: String, with value: JSONValue) {
    guard let index = members.lastIndex(where: { $0.name == name }) else {
      members.append(Member(name: name, value: value))
      return
    }
    members[index].value = value
  }
}
