import ControlModel

/// A turn that has ended.
struct CodexTurn {
  private let turn: JSONObject

  init(_ turn: JSONObject) {
    self.turn = turn
  }

  var status: String { turn["status"]?.stringValue ?? "unknown" }

  func event(answering ids: [String]) -> EventDraft {
    let error = turn["error"]?["message"]?.stringValue
    var disbelief = Disbelief()
    var draft = EventDraft(
      .result, error ?? CodexHistory.lastWords(of: turn) ?? (status == "interrupted" ? "Interrupted" : status),
      isError: status == "failed", duration: disbelief.take("durationMs", turn["durationMs"]))
    draft.tell(disbelief)
    draft.detail["stopReason"] = .string(status)
    draft.detail["turn"] = turn["id"]
    draft.detail["messages"] = .array(ids.map(JSONValue.string))
    return draft
  }
}
