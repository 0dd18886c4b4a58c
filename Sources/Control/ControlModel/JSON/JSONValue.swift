/// One JSON value (RFC 8259) that keeps what other decoders lose: the order of an object's members and the text of numbers.
///
/// Agents' records drift with every release, so they are read by looking members up, never by a fixed schema.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The number as it was written: `1.50` stays `1.50`, and 64-bit integers lose nothing.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The member of that name; `nil` for anything that is not an object or does not have it.
  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let object) = self else { return nil }
    return object[name]
  }

  package var stringValue: String? {
    guard case .string(let value) = self else { return nil }
    return value
  }

  package var boolValue: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The number as an integer; a fraction or an exponent is cut off towards zero, out of range is `nil`.
  package var integerValue: Int64? {
    guard case .number(let text) = self else { return nil }
    if let exact = Int64(text) { return exact }
    guard let value = Double(text), value.magnitude < 9.2e18 else { return nil }
    return Int64(value)
  }

  package var doubleValue: Double? {
    guard case .number(let text) = self else { return nil }
    return Double(text)
  }

  package var arrayValue: [JSONValue]? {
    guard case .array(let values) = self else { return nil }
    return values
  }

  package var objectValue: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }

  package var isNull: Bool { self == .null }
}

/// The members of a JSON object in the order they were written.
package struct JSONObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Member: Sendable, Hashable {
    package var name: String
    package var value: JSONValue

    package init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  package var members: [Member]

  package init(members: [Member] = []) {
    self.members = members
  }

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    members = elements.map { Member(name: $0.0, value: $0.1) }
  }

  /// A repeated name means its last value, as JavaScript and Postgres read it.
  package subscript(_ name: String) -> JSONValue? {
    get { members.last { $0.name == name }?.value }
    set {
      members.removeAll { $0.name == name }
      if let newValue { members.append(Member(name: name, value: newValue)) }
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .number(String(value)) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(nilLiteral: ()) { self = .null }

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(members: elements.map { .init(name: $0.0, value: $0.1) }))
  }

  package init(_ value: some BinaryInteger) { self = .number(String(value)) }

  /// A number that JSON cannot say (infinite, not a number) becomes null.
  package init(_ value: Double) { self = value.isFinite ? .number("\(value)") : .null }
}
