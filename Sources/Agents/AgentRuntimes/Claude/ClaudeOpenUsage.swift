import ControlModel

/// The messages of the turn that runs. Their tokens are told with its `result`; a process that is killed takes that along,
/// and what its messages say of themselves is all there is: no cost, and of the last message not all of the output.
struct ClaudeOpenUsage: Sendable {
  /// Bytes of records that are kept to be read; from there on they are read as they come.
  private static let longestKept = 1 << 20
  /// Messages that may still be told of: those of an agent and its sub-agents at work.
  private static let openMessages = 256

  /// Verbatim: most turns end with a `result`, and nobody reads these.
  private var records: [[UInt8]] = []
  private var bytes = 0
  /// What was read, by message. What is beyond is counted: a message that comes again after so many others counts twice.
  private var messages = NewestEntries<String, TokenUsage>(limit: openMessages)
  private var settled: TokenUsage?

  mutating func note(_ record: [UInt8]) {
    // A message of several blocks comes as several events of the same or of similar records.
    guard !record.isEmpty, record != records.last else { return }
    records.append(record)
    bytes += record.count
    if bytes > Self.longestKept { read() }
  }

  mutating func forget() { self = ClaudeOpenUsage() }

  /// What the messages have used, each counted once; `nil` when there are none.
  mutating func take() -> TokenUsage? {
    defer { forget() }
    read()
    let open = messages.keys.compactMap { messages[$0] }
    return settled == nil && open.isEmpty ? nil : open.reduce(settled ?? .zero) { $0 + $1 }
  }

  private mutating func read() {
    for bytes in records {
      guard case .object(let record) = RawRecord.read(bytes), let message = record["message"],
        let id = message["id"]?.stringValue, let usage = ClaudeTotals.usage(message["usage"])
      else { continue }
      note(usage, of: id.bounded(toBytes: ClaimLimit.id))
    }
    (records, bytes) = ([], 0)
  }

  private mutating func note(_ usage: TokenUsage, of id: String) {
    if let known = messages[id] {
      if usage.output ?? 0 >= known.output ?? 0 { messages[id] = usage }
      return
    }
    if messages.count == messages.limit, let oldest = messages.keys.first,
      let gone = messages.removeValue(forKey: oldest)
    {
      settled = (settled ?? .zero) + gone
    }
    messages[id] = usage
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
