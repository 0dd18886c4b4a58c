import ControlModel
import PostgresClient

/// An event as a row of `paddock.event`.
enum EventRow {
  /// For reading, in no need of an order.
  static let columns = """
    session_id, seq, time, kind, text, call_id, parent_call_id, name, is_error, message_id, tokens_input, tokens_output, \
    tokens_cache_read, tokens_cache_write, cost_micro, duration_ms, detail, raw
    """

  /// In the order in which `write` fills them.
  static let written = """
    session_id, seq, time, team_id, is_error, kind, text, name, call_id, parent_call_id, message_id, tokens_input, \
    tokens_output, tokens_cache_read, tokens_cache_write, cost_micro, duration_ms, detail, raw, bucket
    """

  static func write(_ event: Event, session: String, _ head: SessionHead?, to writer: inout PostgresCopyWriter) {
    let content = event.content
    writer.beginRow(columns: 20)
    writer.append(uuid: session)
    writer.append(event.seq)
    writer.append(microseconds: event.time.storable.microseconds)
    writer.append(head?.team ?? 0)
    writer.append(content.isError)
    writer.append(content.kind.rawValue)
    writer.append(content.text.storable)
    writer.append(content.name?.storable)
    writer.append(content.callID?.storable)
    writer.append(content.parentCallID?.storable)
    writer.append(content.messageID?.storable)
    writer.append(optional: content.usage?.input)
    writer.append(optional: content.usage?.output)
    writer.append(optional: content.usage?.cacheRead)
    writer.append(optional: content.usage?.cacheWrite)
    writer.append(optional: content.cost)
    writer.append(optional: content.duration)
    writer.append(content.detail.members.isEmpty ? nil : JSONValue.object(content.detail).text)
    if content.raw.isEmpty { writer.appendNull() } else { writer.append(storableRaw(content.raw)) }
    // A date is, in the binary form, what an integer is: the days since 2000-01-01.
    writer.append(head?.bucket ?? 0)
  }

  /// An event has its place in a history without gaps: one that cannot be read is shown there as that.
  static func readMarked(_ row: PostgresRow) throws -> Event {
    do { return try read(row) } catch {
      let seq = try row.int("seq")
      let unreadable = Relation.event.unreadable(row, error)
      UnreadableRows.note(unreadable)
      var content = EventDraft(.error, "event \(seq) cannot be read: \(unreadable.reason)", isError: true)
      content.raw = ((try? row.optionalText("raw")) ?? nil).map { Array($0.utf8) } ?? []
      return Event(seq: seq, time: (try? row.time("time")) ?? Timestamp(microseconds: 0), content: content)
    }
  }

  private static func read(_ row: PostgresRow) throws -> Event {
    let word = try row.text("kind")
    var content = EventDraft(EventKind(rawValue: word) ?? .error, try row.text("text"))
    if content.kind.rawValue != word { content.text = "An event of the unknown kind '\(word)': \(content.text)" }
    content.callID = try row.optionalText("call_id")
    content.parentCallID = try row.optionalText("parent_call_id")
    content.name = try row.optionalText("name")
    content.isError = try row.bool("is_error")
    content.messageID = try row.optionalText("message_id")
    if try row.optionalText("detail") != nil { content.detail = try row.object("detail") }
    content.usage = try usage(row)
    // Former versions stored whatever was claimed.
    var disbelief = Disbelief()
    content.cost = try disbelief.takeSteps("cost_micro", row.claim("cost_micro"))
    content.duration = try disbelief.takeSteps("duration_ms", row.claim("duration_ms"))
    content.tell(disbelief)
    content.raw = try row.optionalText("raw").map { Array($0.utf8) } ?? []
    return Event(seq: try row.int("seq"), time: try row.time("time"), content: content)
  }

  private static func usage(_ row: PostgresRow) throws(PostgresError) -> TokenUsage? {
    let columns = ["tokens_input", "tokens_output", "tokens_cache_read", "tokens_cache_write"]
    var (counts, disbelief): ([TokenCount?], Disbelief) = ([], Disbelief())
    var isTold = false
    for column in columns {
      let claim = try row.claim(column)
      isTold = isTold || claim != nil
      counts.append(disbelief.takeSteps(column, claim))
    }
    guard isTold else { return nil }
    var usage = TokenUsage(input: counts[0], output: counts[1], cacheRead: counts[2], cacheWrite: counts[3])
    usage.disbelief = disbelief
    return usage
  }

  /// One record that Postgres would not take must not keep the rest of a journal out: it is kept in another form.
  private static func storableRaw(_ raw: [UInt8]) -> [UInt8] {
    if !raw.contains(0), String(validating: raw, as: UTF8.self) != nil { return raw }
    return Array(#"{"base64": "\#(base64(raw))"}"#.utf8)
  }
}

extension PostgresCopyWriter {
  fileprivate mutating func append<Unit>(optional amount: Amount<Unit>?) {
    if let amount { amount.written { append($0) } } else { appendNull() }
  }
}

extension PostgresRow {
  fileprivate func claim(_ column: String) throws(PostgresError) -> JSONValue? {
    try optionalInt(column).map { JSONValue($0) }
  }
}

private func base64(_ bytes: [UInt8]) -> String {
  let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  var text: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
    for place in 0..<4 {
      text.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
    }
  }
  return String(decoding: text, as: UTF8.self)
}
