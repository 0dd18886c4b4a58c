import ControlModel

/// Claude Code's own conversation: which one, and whether there is something to resume.
struct ClaudeConversation: Sendable {
  /// Why the last start could not be.
  enum StartFault: Sendable {
    /// `--resume` of a conversation that is not on the disk.
    case isMissing
    /// `--session-id` of a conversation that is.
    case isTaken
  }

  var id: String
  /// As far as is known, it is on the disk: resume it.
  var isStored: Bool
  /// What the process that runs complained of before it was ready.
  private(set) var fault: StartFault?
  private var hasFallenBack = false

  init(id: String, isStored: Bool) {
    self.id = id
    self.isStored = isStored
  }

  /// What the agent calls its conversation from here on, unless it is no id.
  mutating func take(_ id: String) {
    if id.utf8.count <= ClaimLimit.id { self.id = id }
  }

  /// Reads the complaint out of a line of standard error or of a `result`.
  mutating func noteFault(_ text: String) -> StartFault? {
    if text.contains("No conversation found") {
      fault = .isMissing
    } else if text.contains("is already in use") {
      fault = .isTaken
    } else {
      return nil
    }
    return fault
  }

  /// `true` if the start is worth another try the other way; only once until a start succeeds.
  mutating func fallBack() -> Bool {
    guard let fault, !hasFallenBack else { return false }
    self.fault = nil
    hasFallenBack = true
    isStored = fault == .isTaken
    return true
  }

  mutating func started() {
    fault = nil
    hasFallenBack = false
  }
}
