import ArgumentParser
import ControlModel

struct SessionRestart: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Make the sandbox anew; the runtime resumes its own session in the same workspace.")

  @OptionGroup var target: SessionTarget
  @OptionGroup var consent: Consent

  func run() async throws {
    try await target.perform(.restart, reason: consent.reason, asking: consent) { session in
      session.foreign?.question(.restart)
        ?? "Restart '\(session.title)' (\(session.team)/\(session.agent), \(session.state.rawValue))? "
        + "It resumes its conversation and workspace; a tool call under way is lost."
    }
  }
}

struct SessionKill: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "End a session for good; its history and workspace stay until it is purged.")

  @OptionGroup var target: SessionTarget
  @OptionGroup var consent: Consent

  func run() async throws {
    try await target.perform(.kill, reason: consent.reason, asking: consent) { session in
      session.foreign?.question(.kill)
        ?? "Kill '\(session.title)' (\(session.team)/\(session.agent), \(session.state.rawValue))? "
        + "Its history and workspace stay until it is purged."
    }
    try await target.tellWhatIsLeft()
  }
}

struct SessionPurge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Remove a session's sandbox, workspace and history. This cannot be undone.")

  @OptionGroup var target: SessionTarget
  @OptionGroup var consent: Consent

  func run() async throws {
    try await target.perform(.purge, reason: consent.reason, asking: consent) { session in
      "Purge '\(session.title)' (\(session.team)/\(session.agent)) with its \(session.events) events and its workspace? "
        + "This cannot be undone."
    }
  }
}
