import ControlModel

/// What became of the messages that a new process was given again.
///
/// Claude Code acknowledges a message it already has with `completed` and does nothing more, also when the process died
/// in the middle of the answer. Such a turn stands still until someone asks to go on.
struct ClaudeResumption: Sendable {
  /// Sent at the start, without a word about them yet.
  private var awaited: Set<String> = []
  /// Acknowledged without being run.
  private(set) var cutOff: Set<String> = []
  private var hasRun = false

  mutating func begin(_ ids: [String]) {
    awaited = Set(ids)
    cutOff = []
    hasRun = false
  }

  /// Takes in what Claude Code says of a message; `true` if it was only acknowledged.
  mutating func hear(_ id: String, _ state: String) -> Bool {
    guard awaited.remove(id) != nil, state != "cancelled" else { return false }
    guard state == "completed" else {
      hasRun = true
      return false
    }
    cutOff.insert(id)
    return true
  }

  /// The journal has the agent's word for it.
  mutating func replayCutOff(_ id: String) {
    if cutOff.count < ClaimLimit.unansweredMessages, id.utf8.count <= ClaimLimit.id { cutOff.insert(id) }
  }

  /// All were heard of, and none of them started a turn.
  var needsNudge: Bool { awaited.isEmpty && !hasRun && !cutOff.isEmpty }

  mutating func nudged() {
    hasRun = true
  }

  /// The turn has ended: the messages it answered.
  mutating func finish() -> Set<String> {
    defer { cutOff = [] }
    return cutOff
  }
}
