import ControlModel

/// Claude Code's `can_use_tool` requests that wait for an operator.
struct ClaudeApprovals: Sendable {
  private struct Request: Sendable {
    var requestID: String
    var callID: String
    var tool: String
    var input: JSONObject
    /// Bytes of its line.
    var size: Int
  }

  private var open: [Request] = []
  private var decisions = NewestSet<String>(limit: ClaimLimit.requests)

  var isEmpty: Bool { open.isEmpty }

  mutating func replay(_ event: EventDraft) {
    if event.kind == .approvalDecision, let id = event.messageID { decisions.insert(id) }
  }

  /// Takes in a request of so many bytes and tells it as an event; one too many is denied at once.
  mutating func ask(_ requestID: String, _ request: JSONObject, size: Int, at time: Timestamp) -> [RuntimeAction] {
    let tool = request["tool_name"]?.stringValue ?? "tool"
    let input = request["input"]?.objectValue ?? [:]
    let callID = request["tool_use_id"]?.stringValue ?? requestID
    var draft = EventDraft(.approvalRequest, ClaudeToolText.text(tool, input), callID: callID, name: tool)
    let options = ClaudeQuestions(input).options
    if !options.isEmpty { draft.detail["options"] = .array(options.map(JSONValue.string)) }
    draft.detail["reason"] = request["decision_reason"]
    let asked = Request(requestID: requestID, callID: callID, tool: tool, input: input, size: size)
    let bytes = open.reduce(size) { $0 + $1.size }
    guard let refusal = ApprovalRefusal(openRequests: open.count, bytes: bytes, callID: callID) else {
      open.append(asked)
      return [.emit(draft)]
    }
    let decision = ApprovalDecision.refusal(of: callID, refusal.reason, at: time)
    return [
      .emit(draft), .emit(.refusal(decision)),
      .write(ClaudeInput.response(to: requestID, Self.denial(decision))),
    ]
  }

  /// The line that answers the request; `nil` for a decision that was made before.
  mutating func decide(_ decision: ApprovalDecision) throws(ControlFailure) -> [UInt8]? {
    guard !decisions.contains(decision.id.text) else { return nil }
    guard let index = open.firstIndex(where: { $0.callID == decision.callID }) else {
      throw .noOpenApproval(decision.callID)
    }
    let answer = try Self.answer(open[index], decision)
    let request = open.remove(at: index)
    decisions.insert(decision.id.text)
    return ClaudeInput.response(to: request.requestID, answer)
  }

  /// Claude Code no longer waits: it withdrew the request, or the call has a result.
  mutating func withdraw(requestID: String? = nil, callID: String? = nil) -> EventDraft? {
    guard let index = open.firstIndex(where: { $0.requestID == requestID || $0.callID == callID }) else { return nil }
    let request = open.remove(at: index)
    return EventDraft(
      .approvalDecision, "\(ClaudeCodeDriver.program) no longer asks for it", callID: request.callID,
      detail: ["verdict": "withdrawn"])
  }

  mutating func forget() {
    open = []
  }

  private static func denial(_ decision: ApprovalDecision) -> JSONObject {
    ["behavior": "deny", "message": .string(decision.reason ?? "The operator denied this."), "interrupt": false]
  }

  private static func answer(
    _ request: Request, _ decision: ApprovalDecision
  ) throws(ControlFailure) -> JSONObject {
    guard decision.verdict == .allow else { return denial(decision) }
    var input = request.input
    if request.tool == ClaudeQuestions.tool {
      guard let answer = decision.reason, !answer.isEmpty else {
        throw ControlFailure(
          .invalidArgument, "The call '\(request.callID)' is a question, and the approval says no answer.",
          hint: "Give the answer as the reason.")
      }
      input["answers"] = .object(ClaudeQuestions(request.input).answers(answer))
    }
    return ["behavior": "allow", "updatedInput": .object(input)]
  }
}
