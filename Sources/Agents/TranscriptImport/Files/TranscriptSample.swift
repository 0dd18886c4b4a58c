import ControlModel

/// The beginning of a file, read to find out what it is.
struct TranscriptSample {
  /// Lines looked at, and bytes of them: some formats begin with long prompts.
  private static let lines = 200
  private static let bytes = 1 << 20

  /// Lines, or one value over many.
  private(set) var isLines = false
  private(set) var isEmpty = true
  private(set) var isText = false
  private(set) var objects: [JSONObject] = []

  init(_ file: LineFile) throws(ControlFailure) {
    var size = 0
    var count = 0
    var isFirstValue = false
    while count < Self.lines, size < Self.bytes, !(isFirstValue && count > 1 && isSettled),
      let line = try file.next()
    {
      size += line.bytes.count
      // A hole is nothing that a transcript is empty by: a disk that failed leaves zeros.
      guard let first = line.bytes.first(where: { $0 > 0x20 || $0 == 0 }) else {
        if line.isTooLong { count += 1 }
        continue
      }
      if count == 0 { isText = first != UInt8(ascii: "{") && first != UInt8(ascii: "[") }
      count += 1
      guard first == UInt8(ascii: "{"), let object = try? JSONValue(parsing: line.bytes).objectValue else {
        if count == 1 { isFirstValue = (try? JSONValue(parsing: line.bytes)) != nil }
        continue
      }
      if count == 1 { isFirstValue = true }
      objects.append(object)
    }
    isEmpty = count == 0
    // Inside a pretty-printed document a line can be an object by chance, never the first and seldom many.
    isLines = count > 1 ? (isFirstValue || objects.count * 4 > count) : false
    if count == 1 { isLines = objects.first.map { !Self.isDocument($0) } ?? false }
  }

  /// More lines would say nothing that is asked of a sample: most files are settled by their first two, and every line
  /// looked at here is parsed again when the file is read.
  private var isSettled: Bool {
    switch objects.lazy.compactMap(TranscriptFormat.init(ofRecord:)).first {
    case .claude, .gemini: first(["sessionId", "session_id"]) != nil
    case .codexRollout: hasEventMessages
    case .codexExec, .opencode, .openhands, .sweAgent: true
    case .generic, nil: false
    }
  }

  /// Codex wrote its messages for people, too.
  var hasEventMessages: Bool { objects.contains { $0["type"]?.stringValue == "event_msg" } }

  var format: TranscriptFormat? {
    if let format = objects.lazy.compactMap(TranscriptFormat.init(ofRecord:)).first { return format }
    return objects.contains(where: TranscriptFormat.isRecord) ? .generic : nil
  }

  /// A whole document on one line.
  private static func isDocument(_ object: JSONObject) -> Bool {
    object["messages"]?.arrayValue != nil || object["trajectory"] != nil
      || (TranscriptFormat(ofRecord: object) == nil && !TranscriptFormat.isRecord(object))
  }

  func first(_ names: [String]) -> String? {
    for object in objects {
      for name in names { if let text = object[name]?.stringValue, !text.isEmpty { return text } }
    }
    return nil
  }
}
