import ControlModel

extension EventDraft {
  /// What runtimes tell their supervisors about the state of messages, requests and counters: nothing for readers.
  /// The command line and exports have it.
  var isBookkeeping: Bool {
    guard kind == .lifecycle, !isError, disbelief.isEmpty, let name else { return false }
    return Self.bookkeeping.contains(name)
  }

  private static let bookkeeping: Set<String> = [
    "runtime.message", "runtime.control", "runtime.turn", "codex.usage", "claude.status", "claude.thinking_tokens",
    "claude.tool_progress", "claude.hook_started",
  ]
}
