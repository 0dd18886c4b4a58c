import ControlModel

/// Why a request for an approval is not put before people, if it is not: the runner denies it at once, so that it has an
/// end, and the agent can ask again when others were answered.
struct ApprovalRefusal {
  let reason: String

  /// `bytes` of the requests that wait, with this one.
  init?(openRequests: Int, bytes: Int, callID: String) {
    if callID.utf8.count > ClaimLimit.id {
      reason = "Its id has \(callID.utf8.count) bytes, and \(ClaimLimit.id) are allowed."
    } else if openRequests >= ClaimLimit.openApprovals {
      reason = "\(openRequests) requests wait for an answer already; ask again when some are answered."
    } else if bytes > ClaimLimit.openApprovalBytes {
      reason = "The requests that wait for an answer are too large together; ask again when some are answered."
    } else {
      return nil
    }
  }
}

extension ApprovalDecision {
  /// By the runner, with nobody asked.
  static func refusal(of callID: String, _ reason: String, at time: Timestamp) -> ApprovalDecision {
    ApprovalDecision(id: .make(at: time), callID: callID, verdict: .deny, reason: reason, actor: "the runner")
  }
}

extension EventDraft {
  /// Without the id of an operation, for it is none: an agent that asks without end must not push out of the runner's
  /// memory what operators did.
  static func refusal(_ decision: ApprovalDecision) -> EventDraft {
    var draft = EventDraft.decision(decision)
    draft.messageID = nil
    return draft
  }
}
