import AgentRuntimes
import ControlModel

/// OpenHands' events: V0 (`action`, `observation`), V1 (`kind`), and the output of its evaluations.
struct OpenHandsReader: TranscriptReader {
  let runtime = RuntimeName.openhands
  private(set) var conversation: String

  init(conversation: String) {
    self.conversation = conversation
  }

  mutating func read(_ record: TranscriptRecord, into output: inout ReadEvents) {
    let drafts = drafts(record)
    if let prompt = drafts.first(where: { $0.kind == .user }) {
      output.note(title: prompt.text, .prompt, of: conversation)
    }
    // V0 numbers its events from 0 in every conversation, and a conversation may have no name of its own.
    let id = record.object["id"]
    let key = record.role == .line && record.context.members.isEmpty ? id?.stringValue : nil
    output.add(drafts, of: record, to: conversation, key: key, at: RecordTime.of(record.object))
  }

  private func drafts(_ record: TranscriptRecord) -> [EventDraft] {
    if record.role == .header { return [evaluation(record.object)] }
    if record.object["kind"] != nil { return version1(record.object) }
    if record.object["action"] != nil { return action(record) }
    if record.object["observation"] != nil { return [observation(record)] }
    return GenericMapping.drafts(record.object)
  }

  private func evaluation(_ object: JSONObject) -> EventDraft {
    let isError = object["error"]?.isNull == false
    let text = object["error"]?.stringValue ?? object["result_explanation"]?.stringValue ?? ""
    var disbelief = Disbelief()
    let metrics = disbelief.object("metrics", object["metrics"])
    var draft = EventDraft(
      .result, text, isError: isError,
      cost: disbelief.take("metrics.accumulated_cost", metrics?["accumulated_cost"]))
    draft.tell(disbelief)
    return draft
  }

  // MARK: V0

  /// The id that the call and its observation share; in the pairs of old evaluations only their place joins them.
  private static func callID(_ record: TranscriptRecord) -> String? {
    let object = record.object
    return object["tool_call_metadata"]?["tool_call_id"]?.stringValue
      ?? (object["cause"] ?? object["id"])?.integerValue.map(String.init) ?? record.context["pair"]?.stringValue
  }

  private func action(_ record: TranscriptRecord) -> [EventDraft] {
    let object = record.object
    // Evaluations of old versions write the arguments into the action itself.
    let arguments = object["args"]?.objectValue ?? object
    let name = object["action"]?.stringValue ?? "action"
    let thought = arguments["thought"]?.stringValue ?? ""
    let text = arguments["content"]?.stringValue ?? object["message"]?.stringValue ?? ""
    switch name {
    case "message":
      let isAgent = object["source"]?.stringValue == "agent" || arguments["wait_for_response"]?.boolValue == true
      return [EventDraft(isAgent ? .assistant : .user, text)]
    case "think": return [EventDraft(.thinking, thought)]
    case "finish":
      let said = text.isEmpty ? arguments["final_thought"]?.stringValue ?? thought : text
      return [EventDraft(.result, said, detail: ["stopReason": "finish"])]
    case "recall", "change_agent_state", "condensation", "system", "null":
      return [EventDraft(.lifecycle, text, name: "openhands.\(name)")]
    default:
      let words = ["command", "code", "path", "url", "browser_actions"]
      let said = words.lazy.compactMap { arguments[$0]?.stringValue }.first ?? JSONValue.object(arguments).text
      let call = EventDraft(.toolCall, said, callID: Self.callID(record), name: name)
      return thought.isEmpty ? [call] : [EventDraft(.assistant, thought), call]
    }
  }

  private func observation(_ record: TranscriptRecord) -> EventDraft {
    let object = record.object
    let name = object["observation"]?.stringValue ?? "observation"
    let texts = [object["content"], object["message"]].compactMap { $0?.stringValue }
    let text = texts.first { !$0.isEmpty } ?? ""
    if ["agent_state_changed", "recall", "null", "condense"].contains(name) {
      return EventDraft(.lifecycle, text, name: "openhands.\(name)")
    }
    let exit = (object["extras"]?["metadata"]?["exit_code"] ?? object["exit_code"])?.integerValue ?? 0
    let isError = name == "error" || object["success"]?.boolValue == false || exit > 0
    return EventDraft(.toolResult, text, callID: Self.callID(record), name: name, isError: isError)
  }

  // MARK: V1

  private func version1(_ object: JSONObject) -> [EventDraft] {
    let kind = object["kind"]?.stringValue ?? ""
    let callID = object["tool_call_id"]?.stringValue
    let name = object["tool_name"]?.stringValue
    switch kind {
    case "MessageEvent":
      let message = object["llm_message"]
      let text = ClaudeContent.text(ofContent: message?["content"])
      return [EventDraft(message?["role"]?.stringValue == "user" ? .user : .assistant, text)]
    case "ActionEvent":
      let thought = ClaudeContent.text(ofContent: object["thought"])
      let action = object["action"]
      let words = ["command", "message", "path", "thought"]
      let text = words.lazy.compactMap { action?[$0]?.stringValue }.first ?? action?.text ?? ""
      let call = EventDraft(.toolCall, text, callID: callID, name: name)
      return thought.isEmpty ? [call] : [EventDraft(.assistant, thought), call]
    case "ObservationEvent":
      let observation = object["observation"]
      let text = ClaudeContent.text(ofContent: observation?["content"])
      let isError = observation?["is_error"]?.boolValue ?? false
      return [EventDraft(.toolResult, text, callID: callID, name: name, isError: isError)]
    case "AgentErrorEvent":
      return [EventDraft(.toolResult, object["error"]?.stringValue ?? "", callID: callID, name: name, isError: true)]
    case "ConversationErrorEvent":
      let text = object["detail"]?.stringValue ?? object["code"]?.stringValue ?? "An error"
      return [EventDraft(.error, text, name: "openhands.error", isError: true)]
    default:
      let text = [object["key"], object["value"]].compactMap { $0?.stringValue }.joined(separator: ": ")
      return [EventDraft(.lifecycle, text, name: "openhands.\(kind)")]
    }
  }
}
