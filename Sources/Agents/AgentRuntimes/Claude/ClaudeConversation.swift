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
  /// Tries of another way since the last start that succeeded.
  private var fallbacks = 0

  enum Fallback: Sendable, Hashable {
    /// Resume what was to begin, or begin what was to be resumed.
    case otherWay
    /// Under another id: the file of the former one is there and holds no conversation, as after a crash.
    case anew(former: String)
  }

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

  /// How the start is worth another try. Claude Code says of a file without a conversation that it has none of that id,
  /// and that the id is in use: whoever was told both begins anew.
  mutating func fallBack(at time: Timestamp) -> Fallback? {
    guard let fault, fallbacks < 2 else { return nil }
    self.fault = nil
    fallbacks += 1
    guard fallbacks == 2 else {
      isStored = fault == .isTaken
      return .otherWay
    }
    let former = id
    (id, isStored) = (OperationID.make(at: time).text, false)
    return .anew(former: former)
  }

  mutating func started() {
    fault = nil
    fallbacks = 0
  }
}
