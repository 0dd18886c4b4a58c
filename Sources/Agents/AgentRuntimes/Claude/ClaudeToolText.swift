package import ControlModel

/// A tool call of Claude Code in one phrase, for people.
package enum ClaudeToolText {
  package static func text(_ tool: String, _ input: JSONObject) -> String {
    if tool == ClaudeQuestions.tool { return ClaudeQuestions(input).text }
    guard let names = members[tool] else { return JSONValue.object(input).text }
    let parts = names.compactMap { input[$0]?.stringValue }.filter { !$0.isEmpty }
    return parts.isEmpty ? JSONValue.object(input).text : parts.joined(separator: " in ")
  }

  /// The members of a tool's input that say what it is about.
  private static let members: [String: [String]] = [
    "Bash": ["command"], "BashOutput": ["bash_id"], "KillShell": ["shell_id"],
    "Read": ["file_path"], "Write": ["file_path"], "Edit": ["file_path"], "MultiEdit": ["file_path"],
    "NotebookRead": ["notebook_path"], "NotebookEdit": ["notebook_path"], "LS": ["path"],
    "Glob": ["pattern", "path"], "Grep": ["pattern", "path"],
    "Task": ["description"], "Agent": ["description"], "Skill": ["skill"], "SlashCommand": ["command"],
    "WebFetch": ["url"], "WebSearch": ["query"], "ToolSearch": ["query"], "ExitPlanMode": ["plan"],
  ]
}
