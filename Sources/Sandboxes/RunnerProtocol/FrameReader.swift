import ControlModel

/// Reads the members of one frame. Unknown members are passed over: either side may be the newer one.
struct FrameReader {
  private let value: JSONValue
  private let name: String

  init(parsing body: [UInt8], name: String) throws(ControlFailure) {
    do { value = try JSONValue(parsing: body) } catch {
      throw ControlFailure(.malformed, "The \(name) is not JSON: \(error).")
    }
    self.name = name
    guard value.objectValue != nil else { throw ControlFailure(.malformed, "The \(name) is not a JSON object.") }
  }

  init(_ object: JSONObject, name: String) {
    value = .object(object)
    self.name = name
  }

  func has(_ member: String) -> Bool { value[member].map { !$0.isNull } ?? false }

  /// False where none stands.
  func flag(_ member: String) -> Bool { value[member]?.boolValue ?? false }

  func object(_ member: String) throws(ControlFailure) -> FrameReader {
    guard let object = value[member]?.objectValue else { throw wrong(member, "an object") }
    return FrameReader(object, name: "\(name).\(member)")
  }

  func jsonObject(_ member: String) throws(ControlFailure) -> JSONObject {
    guard let object = value[member]?.objectValue else { throw wrong(member, "an object") }
    return object
  }

  func string(_ member: String) throws(ControlFailure) -> String {
    guard let text = value[member]?.stringValue else { throw wrong(member, "a text") }
    return text
  }

  func optionalString(_ member: String) throws(ControlFailure) -> String? {
    guard let found = value[member], !found.isNull else { return nil }
    return try string(member)
  }

  func strings(_ member: String) throws(ControlFailure) -> [String] {
    guard let found = value[member], !found.isNull else { return [] }
    let texts = found.arrayValue?.compactMap(\.stringValue)
    guard let texts, texts.count == found.arrayValue?.count else { throw wrong(member, "a list of texts") }
    return texts
  }

  func stringMap(_ member: String) throws(ControlFailure) -> [String: String] {
    guard let found = value[member], !found.isNull else { return [:] }
    guard let members = found.objectValue?.members else { throw wrong(member, "a map of texts") }
    var map: [String: String] = [:]
    for entry in members {
      guard let text = entry.value.stringValue else { throw wrong("\(member).\(entry.name)", "a text") }
      map[entry.name] = text
    }
    return map
  }

  func integer(_ member: String) throws(ControlFailure) -> Int64 {
    guard let number = value[member]?.integerValue else { throw wrong(member, "a number") }
    return number
  }

  func number(_ member: String) throws(ControlFailure) -> Double {
    guard let number = value[member]?.doubleValue else { throw wrong(member, "a number") }
    return number
  }

  /// As `Amount.stored` wrote it; `nil` for what is none.
  func amount<Unit>(_ member: String) -> Amount<Unit>? { Amount(stored: value[member]) }

  func time(_ member: String) throws(ControlFailure) -> Timestamp {
    guard let time = Timestamp(try string(member)) else { throw wrong(member, "an RFC 3339 time") }
    return time
  }

  func operationID(_ member: String) throws(ControlFailure) -> OperationID {
    guard let id = OperationID(try string(member)) else { throw wrong(member, "a UUID") }
    return id
  }

  func sessionID(_ member: String) throws(ControlFailure) -> SessionID {
    guard let id = SessionID(try string(member)) else { throw wrong(member, "a UUID") }
    return id
  }

  /// Never quotes what was found: a frame may hold a token.
  func wrong(_ member: String, _ expected: String) -> ControlFailure {
    ControlFailure(.invalidArgument, "'\(name).\(member)' must be \(expected).")
  }
}
