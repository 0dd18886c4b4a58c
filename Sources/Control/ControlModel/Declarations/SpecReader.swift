/// Reads the members of a declaration one by one and remembers which were asked for, so that a misspelt one is found.
/// Where a text is wanted it is the one that stands there, whatever else it looks like.
struct SpecReader {
  private let members: [DeclaredValue.Member]
  private let path: String
  /// It was taken in before: a former version believed more, and what it stored must stay readable.
  let isStored: Bool
  private var known: [String] = []

  init(_ members: [DeclaredValue.Member], path: String, isStored: Bool) {
    self.members = members
    self.path = path
    self.isStored = isStored
  }

  mutating func string(_ name: String) throws(ControlFailure) -> String? {
    guard let value = member(name) else { return nil }
    return try text(value, name)
  }

  mutating func strings(_ name: String) throws(ControlFailure) -> [String]? {
    guard let value = member(name) else { return nil }
    guard let elements = value.list else { throw wrong(name, value, "a list of texts") }
    var texts: [String] = []
    for (index, element) in elements.enumerated() { texts.append(try text(element, "\(name)[\(index)]")) }
    return texts
  }

  /// What `read` makes of each map; those of a spec that is stored are handed on as they are.
  mutating func objects(
    _ name: String, _ read: (inout SpecReader) throws(ControlFailure) -> JSONValue
  ) throws(ControlFailure) -> [JSONValue]? {
    guard let value = member(name) else { return nil }
    guard let elements = value.list, elements.allSatisfy({ $0.members != nil }) else {
      throw wrong(name, value, "a list of maps")
    }
    if isStored { return elements.map(\.json) }
    var objects: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      var reader = SpecReader(element.members ?? [], path: "\(path).\(name)[\(index)]", isStored: false)
      objects.append(try read(&reader))
    }
    return objects
  }

  mutating func flag(_ name: String) throws(ControlFailure) -> Bool? {
    guard let value = member(name) else { return nil }
    guard case .scalar(_, .bool(let flag)) = value.content else {
      throw wrong(name, value, "true or false", found: value.text)
    }
    return flag
  }

  mutating func stringMap(_ name: String) throws(ControlFailure) -> [String: String]? {
    guard let value = member(name) else { return nil }
    guard let members = value.members else { throw wrong(name, value, "a map of texts") }
    var map: [String: String] = [:]
    for member in members {
      let place = "\(name).\(member.name)"
      guard isStored || !member.name.contains("\0") else { throw wrong(place, member.value, "named without a NUL") }
      map[member.name] = try text(member.value, place)
    }
    return map
  }

  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ name: String
  ) throws(ControlFailure) -> Word? where Word.RawValue == String {
    guard let value = member(name) else { return nil }
    let text = try text(value, name)
    guard let word = Word(rawValue: text) else {
      throw wrong(name, value, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))", found: text)
    }
    return word
  }

  mutating func object(_ name: String) throws(ControlFailure) -> SpecReader? {
    guard let value = member(name) else { return nil }
    guard let members = value.members else { throw wrong(name, value, "a map") }
    return SpecReader(members, path: "\(path).\(name)", isStored: isStored)
  }

  /// Call last: a member nobody asked for is a mistake worth telling.
  func finish() throws(ControlFailure) {
    guard let stray = members.first(where: { !known.contains($0.name) }) else { return }
    throw ControlFailure(
      .invalidArgument, "\(place(stray.name, stray.value)) is not a known field.",
      hint: "Known here: \(known.joined(separator: ", ")).")
  }

  func missing(_ name: String) -> ControlFailure {
    ControlFailure(.invalidArgument, "'\(path).\(name)' is missing.")
  }

  // MARK: Steps

  mutating func member(_ name: String) -> DeclaredValue? {
    if !known.contains(name) { known.append(name) }
    guard let value = members.last(where: { $0.name == name })?.value, !value.isNull else { return nil }
    return value
  }

  /// The kernel ends arguments, variables and paths at a NUL; whoever reads the declaration would see what does not run.
  private func text(_ value: DeclaredValue, _ name: String) throws(ControlFailure) -> String {
    guard let text = value.text else { throw wrong(name, value, "a text") }
    guard isStored || !text.contains("\0") else { throw wrong(name, value, "a text without a NUL") }
    return text
  }

  func wrong(
    _ name: String, _ value: DeclaredValue, _ expected: String, found: String? = nil, hint: String? = nil
  ) -> ControlFailure {
    let found = found.map { ", not '\($0.prefix(80))'" } ?? ""
    return ControlFailure(
      .invalidArgument, "\(place(name, value)) must be \(expected)\(found).", hint: hint)
  }

  private func place(_ name: String, _ value: DeclaredValue) -> String {
    "'\(path).\(name)'\(value.line.map { " (line \($0))" } ?? "")"
  }
}
