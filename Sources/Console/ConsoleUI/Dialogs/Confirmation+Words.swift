import ControlModel

extension Confirmation {
  package var title: CleanText {
    switch kind {
    case .interrupt: "Interrupt"
    case .approve: "Approve"
    case .deny: "Deny"
    case .restart: "Restart"
    case .suspend: "Suspend"
    case .kill: "Kill"
    case .purge: "Purge"
    default: CleanText(untrusted: kind.rawValue)
    }
  }

  package var isDestructive: Bool { kind.danger == .destroys }

  /// What will and what won't survive.
  package var consequences: [CleanText] {
    if let mark = target.foreign { return consequences(ofForeign: mark) }
    return switch kind {
    case .interrupt:
      ["The turn ends; a running tool call is stopped.", "The agent stays and waits for its user."]
    case .approve: ["The tool call runs with the agent's rights."]
    case .deny: ["The tool call does not run. The agent is told the reason and goes on."]
    case .restart: restartConsequences
    case .suspend:
      [
        "Kept: history, workspace, and the agent's own session for when it is resumed.",
        "Lost: a running tool call and what the agent was saying.",
      ]
    case .kill:
      [
        "Ended for good: the agent and its processes.",
        "Kept until purged: history and workspace.",
      ]
    case .purge: ["Gone for good: history, workspace, and the agent's own session.", "The audit record stays."]
    default: []
    }
  }

  private var restartConsequences: [CleanText] {
    let runtime = CleanText(untrusted: target.runtime.rawValue)
    let resumes: CleanText =
      if target.runtime == .exec {
        "Starts the command again in the same workspace; its own memory is lost."
      } else if let id = target.runtimeSessionID {
        "Resumes \(runtime)'s own session \(untrusted: id) in the same workspace."
      } else {
        "\(runtime) has told no session of its own yet: it begins a new one."
      }
    return [
      resumes, "Lost: a running tool call and what the agent was saying.",
      "Sent again: messages that have no answer yet.",
    ]
  }
}
