import ControlModel

extension EventDraft {
  /// The runtime's process is gone. `relaunches`: the driver starts it again without anybody's doing, so that the
  /// session has not ended (`RuntimeDriver`).
  static func exit(_ text: String, _ status: RuntimeExit, isError: Bool, relaunches: Bool = false) -> EventDraft {
    var detail: JSONObject = ["exit": .string(status.word)]
    if relaunches { detail["relaunches"] = true }
    return EventDraft(.lifecycle, text, name: "runtime.exited", isError: isError, detail: detail)
  }
}
