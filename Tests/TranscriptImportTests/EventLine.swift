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
      (
        "usage",
        content.usage.map { usage in
          [usage.input, usage.output, usage.cacheRead, usage.cacheWrite].map { $0?.description ?? "?" }.joined(
            separator: "/")
        }
      ),
      ("cost", content.cost.map { "\($0.stored.text)µ" }), ("ms", content.duration?.description),
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
