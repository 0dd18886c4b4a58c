/// One event as one line of JSON: the form of the journal, of the runner's stream and of `--output jsonl`.
///
/// ```
/// {"seq":7,"time":"2026-11-22T20:18:00.000000Z","kind":"tool.call","text":"swift test","callID":"toolu_1",…,"raw":{…}}
/// ```
/// `raw` comes last and is written as it stands; members that have nothing to say are left out.
package enum EventLine {
  /// The line with its newline.
  package static func encode(_ event: Event) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("seq", JSONValue(event.seq))
    writer.member("time", .string(event.time.description))
    encode(event.content, into: &writer)
    writer.endObject()
    var bytes = writer.bytes
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  /// Of an event that others stored: a record that is not JSON stands as a text, so that it spoils no answer.
  package static func encode(stored event: Event) -> [UInt8] {
    var event = event
    if !event.content.raw.isEmpty, (try? JSONValue(parsing: event.content.raw)) == nil {
      event.content.raw = Array(JSONValue.string(String(decoding: event.content.raw, as: UTF8.self)).text.utf8)
    }
    return encode(event)
  }

  private static func encode(_ content: EventDraft, into writer: inout JSONWriter) {
    writer.member("kind", .string(content.kind.rawValue))
    writer.member("text", .string(content.text))
    if let value = content.callID { writer.member("callID", .string(value)) }
    if let value = content.parentCallID { writer.member("parentCallID", .string(value)) }
    if let value = content.name { writer.member("name", .string(value)) }
    if content.isError { writer.member("isError", true) }
    if let value = content.messageID { writer.member("messageID", .string(value)) }
    if let value = content.usage { writer.member("usage", .object(value.json)) }
    if let value = content.cost { writer.member("costMicroUSD", value.stored) }
    if let value = content.duration { writer.member("durationMS", value.stored) }
    if !content.detail.members.isEmpty { writer.member("detail", .object(content.detail)) }
    if !content.raw.isEmpty {
      writer.name("raw")
      writer.verbatim(oneLine(content.raw))
    }
  }

  /// Records cut out of a pretty-printed document span lines. In valid JSON a line break or a tab stands between tokens
  /// only, so that a space means the same.
  private static func oneLine(_ raw: [UInt8]) -> [UInt8] {
    let blanks: [UInt8] = [0x09, 0x0A, 0x0D]
    guard raw.contains(where: blanks.contains) else { return raw }
    return raw.map { blanks.contains($0) ? 0x20 : $0 }
  }

  /// Reads a line with or without its newline.
  package static func decode(_ line: [UInt8]) throws(EventLineError) -> Event {
    let fields: JSONFields
    do { fields = try JSONFields(parsing: line) } catch { throw .notJSON(error) }
    guard let seq = fields[.init("seq")]?.integerValue, seq > 0 else { throw .missing("seq") }
    guard seq <= EventNumber.last else { throw .outOfBounds("seq") }
    guard let time = fields[.init("time")]?.stringValue.flatMap({ Timestamp($0) }) else { throw .missing("time") }
    guard let word = fields[.init("kind")]?.stringValue else { throw .missing("kind") }
    guard let kind = EventKind(rawValue: word) else { throw .unknownKind(word) }
    guard let text = fields[.init("text")]?.stringValue else { throw .missing("text") }
    var content = EventDraft(kind, text)
    content.callID = fields[.init("callID")]?.stringValue
    content.parentCallID = fields[.init("parentCallID")]?.stringValue
    content.name = fields[.init("name")]?.stringValue
    content.isError = fields[.init("isError")]?.boolValue ?? false
    content.messageID = fields[.init("messageID")]?.stringValue
    content.detail = fields[.init("detail")]?.objectValue ?? [:]
    content.usage = fields[.init("usage")]?.objectValue.map(TokenUsage.init(json:))
    // Former versions wrote down whatever was claimed.
    var disbelief = Disbelief()
    content.cost = disbelief.takeSteps("costMicroUSD", fields[.init("costMicroUSD")])
    content.duration = disbelief.takeSteps("durationMS", fields[.init("durationMS")])
    let believed = disbelief.take("time", time)
    content.tell(disbelief)
    content.raw = fields.bytes(of: "raw").map(Array.init) ?? []
    return Event(seq: seq, time: believed, content: content)
  }
}

/// Why a line is not an event.
package enum EventLineError: Error, Sendable, Hashable, CustomStringConvertible {
  case notJSON(JSONParseError)
  case missing(String)
  case outOfBounds(String)
  case unknownKind(String)

  package var description: String {
    switch self {
    case .notJSON(let error): "not JSON: \(error)"
    case .missing(let name): "'\(name)' is missing or of the wrong type"
    case .outOfBounds(let name): "'\(name)' is larger than any such number can be"
    case .unknownKind(let word): "unknown kind '\(word)'"
    }
  }
}

extension JSONFields {
  fileprivate struct Name {
    let text: String
    init(_ text: String) { self.text = text }
  }

  fileprivate subscript(_ name: Name) -> JSONValue? {
    // The text was checked when the fields were cut, so a member cannot fail to parse.
    try? value(of: name.text)
  }
}
