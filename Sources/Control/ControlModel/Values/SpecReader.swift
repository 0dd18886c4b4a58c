/// Reads the members of a declaration one by one and remembers which were asked for, so that a misspelt one is found.
struct SpecReader {
  private let object: JSONObject
  private let path: String
  private var known: [String] = []

  init(_ object: JSONObject, path: String) {
    self.object = object
    self.path = path
  }

  mutating func string(_ name: String) throws(ControlFailure) -> String? {
    guard let value = member(name) else { return nil }
    guard case .string(let text) = value else { throw wrong(name, "a text") }
    return text
  }

  mutating func strings(_ name: String) throws(ControlFailure) -> [String]? {
    guard let value = member(name) else { return nil }
    let texts = value.arrayValue?.compactMap(\.scalarText)
    guard let texts, texts.count == value.arrayValue?.count else { throw wrong(name, "a list of texts") }
    return texts
  }

  /// Maps that are handed on as they are.
  mutating func objects(_ name: String) throws(ControlFailure) -> [JSONValue]? {
    guard let value = member(name) else { return nil }
    guard let elements = value.arrayValue, elements.allSatisfy({ $0.objectValue != nil }) else {
      throw wrong(name, "a list of maps")
    }
    return elements
  }

  mutating func flag(_ name: String) throws(ControlFailure) -> Bool? {
    guard let value = member(name) else { return nil }
    guard case .bool(let flag) = value else { throw wrong(name, "true or false") }
    return flag
  }

  mutating func stringMap(_ name: String) throws(ControlFailure) -> [String: String]? {
    guard let value = member(name) else { return nil }
    guard let members = value.objectValue?.members else { throw wrong(name, "a map of texts") }
    var map: [String: String] = [:]
    for member in members {
      guard let text = member.value.scalarText else { throw wrong("\(name).\(member.name)", "a text") }
      map[member.name] = text
    }
    return map
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ name: String
  ) throws(ControlFailure) -> Word? where Word.RawValue == String {
    guard let text = try string(name) else { return nil }
    guard let word = Word(rawValue: text) else {
      throw wrong(name, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))", found: text)
    }
    return word
  }

  mutating func object(_ name: String) throws(ControlFailure) -> SpecReader? {
    guard let value = member(name) else { return nil }
    guard case .object(let object) = value else { throw wrong(name, "a map") }
    return SpecReader(object, path: "\(path).\(name)")
  }

  /// A Kubernetes quantity: `0.5`, `500m`, `1Gi`, `200M`.
  mutating func quantity(_ name: String) throws(ControlFailure) -> Double? {
    guard let value = member(name) else { return nil }
    let factors: KeyValuePairs = [
      "Ki": 1024.0, "Mi": 1_048_576, "Gi": 1_073_741_824, "Ti": 1_099_511_627_776, "m": 0.001, "k": 1e3, "M": 1e6,
      "G": 1e9, "T": 1e12, "": 1,
    ]
    guard let amount = amount(value, factors), amount >= 0, amount < 1e15 else {
      throw wrong(name, "a quantity such as 2, 500m or 1Gi", found: value.scalarText)
    }
    return amount
  }

  /// Seconds, or a text such as `90s`, `30m`, `2h`.
  mutating func duration(_ name: String) throws(ControlFailure) -> Double? {
    guard let value = member(name) else { return nil }
    guard let amount = amount(value, ["s": 1, "m": 60, "h": 3600, "d": 86_400, "": 1]), amount > 0, amount < 1e9 else {
      throw wrong(name, "a duration such as 90s, 30m or 2h", found: value.scalarText)
    }
    return amount
  }

  /// Call last: a member nobody asked for is a mistake worth telling.
  func finish() throws(ControlFailure) {
    guard let stray = object.members.first(where: { !known.contains($0.name) }) else { return }
    throw ControlFailure(
      .invalidArgument, "'\(path).\(stray.name)' is not a known field.",
      hint: "Known here: \(known.joined(separator: ", ")).")
  }

  func missing(_ name: String) -> ControlFailure {
    ControlFailure(.invalidArgument, "'\(path).\(name)' is missing.")
  }

  private mutating func member(_ name: String) -> JSONValue? {
    known.append(name)
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  private func amount(_ value: JSONValue, _ factors: KeyValuePairs<String, Double>) -> Double? {
    guard let text = value.scalarText else { return nil }
    guard let unit = factors.first(where: { text.hasSuffix($0.key) && Double(text.dropLast($0.key.count)) != nil })
    else {
      return nil
    }
    return Double(text.dropLast(unit.key.count)).map { $0 * unit.value }
  }

  private func wrong(_ name: String, _ expected: String, found: String? = nil) -> ControlFailure {
    ControlFailure(
      .invalidArgument, "'\(path).\(name)' must be \(expected)\(found.map { ", not '\($0)'" } ?? "").")
  }
}

extension JSONValue {
  /// YAML writers leave out quotes: a number or a flag where a text is wanted is that text.
  fileprivate var scalarText: String? {
    switch self {
    case .string(let text), .number(let text): text
    case .bool(let flag): flag ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
