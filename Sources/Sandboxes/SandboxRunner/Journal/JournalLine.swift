import ControlModel

/// Turns a draft into a line that can be read back, whatever the draft holds.
enum JournalLine {
  /// Readers take lines of 64 MiB. A line of output has 16 MiB at most, but a byte of it can take twelve here.
  static let maximumLength = 48 << 20

  /// A runtime's record that is not one JSON value on one line would break the journal for good, so the line is read
  /// back before it is written, and a record that does not survive is kept as text or base64.
  static func make(seq: Int64, time: Timestamp, _ draft: EventDraft) -> (Event, [UInt8]) {
    let (event, bytes) = makeReadable(Event(seq: seq, time: time, content: draft))
    return bytes.count <= maximumLength ? (event, bytes) : JournalFit.fit(event, length: bytes.count, makeReadable)
  }

  private static func makeReadable(_ original: Event) -> (Event, [UInt8]) {
    var event = original
    let bytes = EventLine.encode(event)
    // One that is too long is looked at when it has been made shorter.
    if bytes.count > maximumLength || isReadable(bytes, as: event) { return (event, bytes) }
    event.content.raw = asJSON(event.content.raw)
    let repaired = EventLine.encode(event)
    if isReadable(repaired, as: event) { return (event, repaired) }
    // What is left are numbers in `detail` that JSON does not know.
    event.content.detail = ["unreadable": .string(JSONValue.object(event.content.detail).text)]
    return (event, EventLine.encode(event))
  }

  private static func isReadable(_ bytes: [UInt8], as event: Event) -> Bool {
    guard !bytes.dropLast().contains(0x0A), let decoded = try? EventLine.decode(bytes) else { return false }
    return decoded.seq == event.seq && decoded.kind == event.kind && decoded.content.raw == event.content.raw
  }

  private static func asJSON(_ raw: [UInt8]) -> [UInt8] {
    if let text = String(validating: raw, as: UTF8.self) { return Array(JSONValue.string(text).text.utf8) }
    return Array(JSONValue.object(["base64": .string(base64(raw))]).text.utf8)
  }

  private static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for position in 0..<4 {
        text.append(position <= group.count ? alphabet[bits >> (18 - 6 * position) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
