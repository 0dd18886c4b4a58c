import ControlModel

/// The app-server's requests that wait for an operator.
struct CodexApprovals: Sendable {
  private struct Request: Sendable {
    var id: JSONValue
    var method: String
    var callID: String
    var parameters: JSONObject
    /// Bytes of its line.
    var size: Int
  }

  /// Requests that an operator can answer.
  static let methods: Set<String> = [
    "item/commandExecution/requestApproval", "item/fileChange/requestApproval", "item/permissions/requestApproval",
    "item/tool/requestUserInput", "mcpServer/elicitation/request",
  ]

  private var open: [Request] = []
  private var decisions = NewestSet<String>(limit: ClaimLimit.requests)

  var isEmpty: Bool { open.isEmpty }

  mutating func replay(_ event: EventDraft) {
    if event.kind == .approvalDecision, let id = event.messageID { decisions.insert(id) }
  }

  /// Takes in a request of so many bytes and tells it as an event; one too many is denied at once. `call`: the call it is
  /// about, if that was told.
  mutating func ask(
    _ id: JSONValue, _ method: String, _ parameters: JSONObject, size: Int, of call: EventDraft?, at time: Timestamp
  ) -> [RuntimeAction] {
    // One call can ask several times; then each has an id of its own.
    let callID = (parameters["approvalId"] ?? .null).stringValue ?? parameters["itemId"]?.stringValue ?? id.text
    let asked = Request(id: id, method: method, callID: callID, parameters: parameters, size: size)
    let text = Self.text(method, parameters) ?? call?.text ?? method
    var draft = EventDraft(.approvalRequest, text, callID: callID, name: call?.name ?? Self.name(method))
    let options = CodexQuestions(parameters).options
    if !options.isEmpty { draft.detail["options"] = .array(options.map(JSONValue.string)) }
    if let reason = parameters["reason"]?.stringValue { draft.detail["reason"] = .string(reason) }
    let bytes = open.reduce(size) { $0 + $1.size }
    guard let refusal = ApprovalRefusal(openRequests: open.count, bytes: bytes, callID: callID) else {
      open.append(asked)
      return [.emit(draft)]
    }
    let decision = ApprovalDecision.refusal(of: callID, refusal.reason, at: time)
    return [
      .emit(draft), .emit(.refusal(decision)),
      .write(CodexOutput.response(to: id, Self.answer(asked, isAllowed: false))),
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
    return CodexOutput.response(to: request.id, answer)
  }

  /// Codex no longer waits for the request, or with `nil` for any.
  mutating func withdraw(_ id: JSONValue?) -> [EventDraft] {
    let gone = open.filter { id == nil || $0.id == id }
    open.removeAll { id == nil || $0.id == id }
    return gone.map { request in
      EventDraft(
        .approvalDecision, "\(CodexDriver.program) no longer asks for it", callID: request.callID,
        detail: ["verdict": "withdrawn"])
    }
  }

  mutating func forget() {
    open = []
  }

  private static func answer(_ request: Request, _ decision: ApprovalDecision) throws(ControlFailure) -> JSONObject {
    let isAllowed = decision.verdict == .allow
    if isAllowed, request.method == "item/tool/requestUserInput" {
      guard let answer = decision.reason, !answer.isEmpty else {
        throw ControlFailure(
          .invalidArgument, "The call '\(request.callID)' is a question, and the approval says no answer.",
          hint: "Give the answer as the reason.")
      }
      return ["answers": .object(CodexQuestions(request.parameters).answers(answer))]
    }
    return Self.answer(request, isAllowed: isAllowed)
  }

  /// An answer without words.
  private static func answer(_ request: Request, isAllowed: Bool) -> JSONObject {
    switch request.method {
    case "item/permissions/requestApproval":
      return ["permissions": isAllowed ? request.parameters["permissions"] ?? [:] : [:], "scope": "turn"]
    case "item/tool/requestUserInput": return ["answers": [:]]
    case "mcpServer/elicitation/request":
      return isAllowed ? ["action": "accept", "content": [:]] : ["action": "decline"]
    default:
      return ["decision": isAllowed ? "accept" : "decline"]
    }
  }

  private static func text(_ method: String, _ parameters: JSONObject) -> String? {
    switch method {
    case "item/commandExecution/requestApproval": parameters["command"]?.stringValue.map(CodexShellWord.script)
    case "item/permissions/requestApproval": parameters["permissions"]?.text
    case "item/tool/requestUserInput": CodexQuestions(parameters).text
    case "mcpServer/elicitation/request": parameters["message"]?.stringValue
    default: nil
    }
  }

  private static func name(_ method: String) -> String {
    switch method {
    case "item/commandExecution/requestApproval": "shell"
    case "item/fileChange/requestApproval": "apply_patch"
    case "item/permissions/requestApproval": "request_permissions"
    case "item/tool/requestUserInput": "request_user_input"
    default: "elicitation"
    }
  }
}
