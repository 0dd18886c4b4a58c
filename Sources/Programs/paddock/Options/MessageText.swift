import ControlModel

/// What is said to an agent.
enum MessageText {
  /// Bytes; the database takes no more.
  static let maximumLength = 1 << 20

  static func checked(_ text: String) throws(ControlFailure) -> String {
    guard text.utf8.count <= maximumLength else {
      throw ControlFailure(
        .invalidArgument, "The message has \(text.utf8.count) bytes; at most \(maximumLength) are sent.",
        hint: "Put it into a file of the session's workspace, and name that.")
    }
    return text
  }
}
