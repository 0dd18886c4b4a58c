import ControlModel

extension EventDraft {
  static func decision(_ decision: ApprovalDecision) -> EventDraft {
    let word = decision.verdict == .allow ? "Allowed" : "Denied"
    let text = decision.reason.map { "\(word) by \(decision.actor): \($0)" } ?? "\(word) by \(decision.actor)"
    return EventDraft(
      .approvalDecision, text, callID: decision.callID, messageID: decision.id.text,
      detail: ["verdict": .string(decision.verdict.rawValue), "actor": .string(decision.actor)])
  }
}

extension ControlFailure {
  static func noOpenApproval(_ callID: String) -> ControlFailure {
    ControlFailure(
      .refused, "No approval is asked for the call '\(callID)'.",
      hint: "It was decided already, or the call has ended; look at the session again.")
  }
}
