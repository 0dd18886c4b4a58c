import ControlModel

/// The messages a runtime was given, and those it has not answered yet, oldest first.
struct MessageBacklog: Sendable {
  private(set) var unanswered: [RunnerMessage] = []
  private var unansweredBytes = 0
  private var known = NewestSet<String>(limit: ClaimLimit.requests)

  /// Each is sent again to a process that is started anew: so many, and so much, and no more are taken.
  func checkRoom(for message: RunnerMessage) throws(ControlFailure) {
    guard !known.contains(message.id.text) else { return }
    guard unanswered.count < ClaimLimit.unansweredMessages,
      unansweredBytes + message.text.utf8.count <= ClaimLimit.unansweredBytes
    else {
      throw ControlFailure(
        .unavailable,
        "The runtime has not answered \(unanswered.count) messages of \(unansweredBytes) bytes; it is given no more.",
        hint: "Interrupt or restart the session, or wait for it.")
    }
  }

  /// `false` when a message of that id came before.
  mutating func add(_ message: RunnerMessage) -> Bool {
    guard known.insert(message.id.text) else { return false }
    unanswered.append(message)
    unansweredBytes += message.text.utf8.count
    return true
  }

  mutating func replay(_ event: EventDraft) {
    guard event.kind == .user, let id = event.messageID.flatMap({ OperationID($0) }) else { return }
    _ = add(RunnerMessage(id: id, text: event.text))
  }

  mutating func answer(_ id: String) { answer([id]) }

  mutating func answer(_ ids: Set<String>) {
    unanswered.removeAll { ids.contains($0.id.text) }
    unansweredBytes = unanswered.reduce(0) { $0 + $1.text.utf8.count }
  }

  mutating func answerAll() { (unanswered, unansweredBytes) = ([], 0) }

  func contains(_ id: String) -> Bool { known.contains(id) }
}
