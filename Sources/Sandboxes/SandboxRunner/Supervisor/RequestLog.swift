import ControlModel

/// Which requests were carried out, so that one that is repeated is answered without being carried out again.
struct RequestLog {
  /// Messages and decisions that stand in the journal; the newest.
  private var recorded = NewestSet<String>(limit: ClaimLimit.requests)
  /// Given to the driver by this process, recorded or not.
  private var accepted = NewestSet<String>(limit: ClaimLimit.requests)

  enum Standing {
    case new
    /// The driver has it; it is not in the journal yet.
    case accepted
    case recorded
  }

  mutating func note(_ content: EventDraft) {
    guard content.kind == .user || content.kind == .approvalDecision, let id = content.messageID else { return }
    recorded.insert(id)
  }

  mutating func accept(_ id: OperationID) { accepted.insert(id.text) }

  func standing(of id: OperationID) -> Standing {
    if recorded.contains(id.text) { return .recorded }
    return accepted.contains(id.text) ? .accepted : .new
  }
}
