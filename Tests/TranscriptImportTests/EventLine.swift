import ControlModel

extension ImportedEvent {
  /// All that an event says, on one line: its kind and text, and what else it has.
  var line: String {
    let content = content
    var parts = [content.kind.rawValue]
    if !content.text.isEmpty { parts.append("\"\(content.text)\"") }
    let words = [
      ("name", content.name), ("call", content.callID), ("parent", content.parentCallID),
      ("message", content.messageID),
      ("error", content.isError ? "yes" : nil),
      ("usage", content.usage.map { "\($0.input)/\($0.output)/\($0.cacheRead)/\($0.cacheWrite)" }),
      ("cost", content.cost.map { "\($0.micros)µ" }), ("ms", content.duration.map(String.init)),
      ("detail", content.detail.members.isEmpty ? nil : JSONValue.object(content.detail).text),
    ]
    parts += words.compactMap { name, word in word.map { "\(name)=\($0)" } }
    // One line each, so that lists of them can be compared and read.
    return parts.joined(separator: " ").split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
  }
}

extension MemoryStore.Session {
  var lines: [String] { events.map(\.line) }
}
