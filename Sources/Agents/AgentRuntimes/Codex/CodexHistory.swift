import ControlModel

/// The turns of a thread as `thread/turns/list` tells them.
struct CodexHistory {
  private let turns: [JSONObject]

  init(_ turns: [JSONValue]) {
    self.turns = turns.compactMap(\.objectValue)
  }

  func turn(of messageID: String) -> JSONObject? {
    turns.first { Self.messages(of: $0).contains(messageID) }
  }

  /// `interrupted` is what Codex calls a turn whose process was killed, too; the journal knows of those that an
  /// operator stopped.
  func isFinished(_ turn: JSONObject) -> Bool {
    ["completed", "failed"].contains(turn["status"]?.stringValue)
  }

  static func messages(of turn: JSONObject) -> [String] {
    (turn["items"]?.arrayValue ?? []).compactMap { $0["clientId"]?.stringValue }
  }

  static func lastWords(of turn: JSONObject) -> String? {
    turn["items"]?.arrayValue?.last { $0["type"]?.stringValue == "agentMessage" }?["text"]?.stringValue
  }
}
