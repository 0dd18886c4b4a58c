import ControlModel

/// The messages a runtime was given, and those it has not answered yet, oldest first.
struct MessageBacklog: Sendable {
  private(set) var unanswered: [RunnerMessage] = []
  private var known: Set<String> = []

  /// `false` when a message of that id came before.
  mutating func add(_ message: RunnerMessage) -> Bool {
    guard known.insert(message.id.text).inserted else { return false }
    unanswered.append(message)
    return true
  }

  mutating func replay(_ event: EventDraft) {
    guard event.kind == .user, let id = event.messageID.flatMap({ OperationID($0) }) else { return }
    _ = add(RunnerMessage(id: id, text: event.text))
  }

  mutating func answer(_ id: String) {
    unanswered.removeAll { $0.id.text == id }
  }

  mutating func answerAll() {
    unanswered = []
  }

  func contains(_ id: String) -> Bool { known.contains(id) }
}
