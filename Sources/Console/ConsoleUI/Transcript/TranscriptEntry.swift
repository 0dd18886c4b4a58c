package import ControlModel

/// An event as the transcript keeps it: without the runtime's own record, which can be megabytes and is read again when
/// somebody asks for it, but with the change that an edit made.
package struct TranscriptEntry: Sendable, Hashable {
  package let event: Event
  /// Lines of an edit tool's change; empty for everything else.
  package let change: [ChangedLine]

  /// Does the work of reading `raw`; call it away from the UI thread.
  package init(_ event: Event) {
    change = event.kind == .toolCall ? ChangedLine.lines(of: event) : []
    var kept = event
    kept.content.raw = []
    self.event = kept
  }

  package var seq: Int64 { event.seq }
  package var kind: EventKind { event.kind }

  /// Bytes of text, near enough to bound what a transcript holds.
  package var weight: Int { event.text.utf8.count + change.reduce(0) { $0 + $1.text.utf8.count } + 200 }
}

/// One line of a change to a file.
package struct ChangedLine: Sendable, Hashable {
  package enum Side: Sendable, Hashable {
    case removed, added, same
  }

  package let side: Side
  package let text: String

  /// Reads the old and the new text out of the record of an edit call (`old_string`, `new_string`, or `content` of a
  /// file written whole), wherever in the record the call's input lies.
  package static func lines(of event: Event) -> [ChangedLine] {
    guard let record = try? JSONValue(parsing: event.content.raw) else { return [] }
    guard let input = editInput(in: record, depth: 0) else { return [] }
    let old = input["old_string"]?.stringValue ?? input["old_str"]?.stringValue ?? ""
    let new = input["new_string"]?.stringValue ?? input["new_str"]?.stringValue ?? input["content"]?.stringValue ?? ""
    return difference(from: splitLines(old), to: splitLines(new))
  }

  private static func editInput(in value: JSONValue, depth: Int) -> JSONValue? {
    if value["new_string"] != nil || value["new_str"] != nil { return value }
    if value["file_path"] != nil, value["content"] != nil { return value }
    guard depth < 6 else { return nil }
    let inner = value.arrayValue ?? value.objectValue.map { $0.members.map(\.value) } ?? []
    for child in inner {
      if let found = editInput(in: child, depth: depth + 1) { return found }
    }
    return nil
  }

  private static func splitLines(_ text: String) -> [Substring] {
    text.isEmpty ? [] : text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  /// Common lines at both ends stay, what is between is taken out and put in.
  private static func difference(from old: [Substring], to new: [Substring]) -> [ChangedLine] {
    var head = 0
    while head < min(old.count, new.count), old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    return old[..<head].suffix(3).map { ChangedLine(side: .same, text: String($0)) }
      + old[head..<(old.count - tail)].map { ChangedLine(side: .removed, text: String($0)) }
      + new[head..<(new.count - tail)].map { ChangedLine(side: .added, text: String($0)) }
      + old[(old.count - tail)...].prefix(3).map { ChangedLine(side: .same, text: String($0)) }
  }
}
