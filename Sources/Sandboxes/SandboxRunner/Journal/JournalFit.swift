import ControlModel

/// Makes an event fit into a line that readers take, by leaving out as little as it can; `detail` says what. The number is
/// given to it in any case: a journal has no gaps.
enum JournalFit {
  /// Of a text that is cut; more than anybody reads, and escaped six times as long at most.
  private static let keptText = 1 << 20
  private static let keptName = 200

  static func fit(_ event: Event, length: Int, _ encode: (Event) -> (Event, [UInt8])) -> (Event, [UInt8]) {
    let ways: [[Way]] = [[.text], [.raw], [.text, .raw], [.text, .raw, .detail]]
    for way in ways {
      var shorter = event
      for step in way { step.apply(to: &shorter.content) }
      let left = JSONValue.array(way.map { .string($0.rawValue) })
      shorter.content.detail["leftOut"] = ["of": left, "length": JSONValue(length)]
      let (fitting, bytes) = encode(shorter)
      if bytes.count <= JournalLine.maximumLength { return (fitting, bytes) }
    }
    return encode(notice(of: event, length: length))
  }

  private enum Way: String {
    case text, raw, detail

    func apply(to content: inout EventDraft) {
      switch self {
      case .text:
        guard content.text.utf8.count > keptText else { return }
        content.text = String(decoding: content.text.utf8.prefix(keptText), as: UTF8.self) + "…"
      case .raw: content.raw = []
      case .detail: content.detail = [:]
      }
    }
  }

  /// What is left are ids and names that are no such thing.
  private static func notice(of event: Event, length: Int) -> Event {
    let name = (event.content.name ?? "").prefix(keptName)
    let draft = EventDraft(
      .error, "An event (\(event.kind.rawValue) \(name)) was left out: it would take \(length) bytes.", name: "line",
      isError: true, detail: ["leftOut": ["of": ["event"], "length": JSONValue(length)]])
    return Event(seq: event.seq, time: event.time, content: draft)
  }
}
