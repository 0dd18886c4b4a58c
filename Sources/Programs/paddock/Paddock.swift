import ArgumentParser

struct Paddock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paddock",
    abstract: "Runs AI coding agents in sandboxes, keeps their history, and shows them to their operators.",
    discussion: "Without a command it opens the console.",
    version: PaddockVersion.text,
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Stack",
        subcommands: [
          UpCommand.self, DownCommand.self, StatusCommand.self, DoctorCommand.self, CoreCommand.self,
          ConsoleCommand.self, InstallCommand.self, UnreadableCommand.self, SetAsideCommand.self, SuperviseCommand.self,
        ]),
      CommandGroup(
        name: "Objects",
        subcommands: [
          TeamCommand.self, AgentCommand.self, SessionCommand.self, SecretCommand.self,
        ]),
      CommandGroup(name: "People", subcommands: [OperatorCommand.self, OperatorGrant.self, OperatorRevoke.self]),
      CommandGroup(name: "History", subcommands: [ImportCommand.self, SearchCommand.self, RetentionCommand.self]),
    ],
    defaultSubcommand: ConsoleCommand.self)
}

enum PaddockVersion {
  static let text = "0.1.0"
}
