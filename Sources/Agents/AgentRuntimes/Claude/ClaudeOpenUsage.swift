import ControlModel

/// The messages of the turn that runs. Their tokens are told with its `result`; a process that is killed takes that along,
/// and what its messages say of themselves is all there is: no cost, and of the last message not all of the output.
struct ClaudeOpenUsage: Sendable {
  /// Verbatim: most turns end with a `result`, and nobody reads these.
  private var records: [[UInt8]] = []

  mutating func note(_ record: [UInt8]) {
    // A message of several blocks comes as several events of the same or of similar records.
    if !record.isEmpty, record != records.last { records.append(record) }
  }

  mutating func forget() { records = [] }

  /// What the messages have used, each counted once; `nil` when there are none.
  mutating func take() -> TokenUsage? {
    defer { records = [] }
    var byMessage: [String: TokenUsage] = [:]
    for bytes in records {
      guard case .object(let record) = RawRecord.read(bytes), let message = record["message"],
        let id = message["id"]?.stringValue, let usage = message["usage"]?.objectValue.map(ClaudeTotals.usage)
      else { continue }
      let known = byMessage[id] ?? .zero
      byMessage[id] = usage.output ?? 0 >= known.output ?? 0 ? usage : known
    }
    return byMessage.isEmpty ? nil : byMessage.values.reduce(.zero) { $0 + $1 }
  }
}

extension ClaudeCodeDriver {
  /// To be told once it is certain that no `result` will come.
  mutating func tellOpenUsage() -> [RuntimeAction] {
    guard let usage = openUsage.take() else { return [] }
    return [
      .emit(
        EventDraft(
          .lifecycle, "Tokens of a turn that was cut off; what they cost is not known", name: "claude.usage",
          usage: usage))
    ]
  }
}
