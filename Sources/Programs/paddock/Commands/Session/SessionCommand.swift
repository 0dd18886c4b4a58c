import ArgumentParser

struct SessionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Conversations of agents: start, watch, act, restart and end.",
    subcommands: [
      SessionStart.self, SessionList.self, SessionShow.self, SessionEvents.self, SessionMessage.self,
      SessionInterrupt.self, SessionApprove.self, SessionDeny.self, SessionRestart.self, SessionSuspend.self,
      SessionResume.self, SessionKill.self, SessionPurge.self,
    ])
}

/// The id of a session on the command line, and how long to wait for what was asked.
struct SessionTarget: ParsableArguments {
  @Argument(help: "The session's id, or enough of its beginning.") var session: String

  @Option(help: "Seconds to wait for the core to carry it out; 0 only records it.") var wait: Double = 30

  @OptionGroup var common: CommonOptions

  mutating func validate() throws {
    guard (0...86_400).contains(wait) else { throw ValidationError("--wait must be from 0 to 86400 seconds.") }
  }
}
